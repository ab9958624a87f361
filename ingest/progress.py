"""Progress bars where a person watches; nothing where the output is piped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from rich.console import Console
from rich.progress import track

Step = TypeVar("Step")


def steps(arriving: Iterable[Step], total: int, what: str) -> Iterable[Step]:
    """Pass steps on, counting them."""
    console = Console(stderr=True)
    return track(arriving, what, total=total, console=console, disable=not console.is_terminal)
