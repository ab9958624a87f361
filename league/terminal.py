"""How a command speaks to a person and into a pipe."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import rich.console
from rich.segment import Segment

from league.text import for_terminal

Step = TypeVar("Step")


class Console(rich.console.Console):
    """Takes no text for markup, and prints none that a terminal takes for a command.

    It is as wide as the window, or `width` columns where there is none to fit into. What
    moves the cursor for a progress bar is no text but a control segment of rich's own.
    """

    def __init__(self, width: int | None = None, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, emoji=False, highlight=False)
        if width and not self.is_terminal:
            self.width = width

    def _render_buffer(self, buffer: Iterable[Segment]) -> str:
        return super()._render_buffer(
            segment
            if segment.control
            else Segment("\n".join(map(for_terminal, segment.text.split("\n"))), segment.style)
            for segment in buffer
        )


def steps(arriving: Iterable[Step], total: int, what: str) -> Iterable[Step]:
    """Pass steps on, with a progress bar where a person watches."""
    from rich.progress import track

    console = Console(stderr=True)
    return track(arriving, what, total=total, console=console, disable=not console.is_terminal)


def short(path: Path) -> Path:
    """As a person in this folder would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
