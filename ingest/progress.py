"""Progress bars where a person watches; nothing where the output is piped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from rich.progress import track

from league.terminal import Console

Step = TypeVar("Step")


def steps(arriving: Iterable[Step], total: int, what: str) -> Iterable[Step]:
    """Pass steps on, counting them."""
    console = Console(stderr=True)
    return track(arriving, what, total=total, console=console, disable=not console.is_terminal)
