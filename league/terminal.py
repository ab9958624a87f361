"""How a command speaks to a person and into a pipe."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import rich.console
from rich.segment import Segment

from league.text import for_terminal


class Console(rich.console.Console):
    """Takes no text for markup, and prints none that a terminal takes for a command.

    What moves the cursor for a progress bar is no text but a control segment of rich's own.
    """

    def __init__(self, width: int | None = None, stderr: bool = False) -> None:
        super().__init__(
            width=width, stderr=stderr, markup=False, emoji=False, highlight=False
        )

    def _render_buffer(self, buffer: Iterable[Segment]) -> str:
        return super()._render_buffer(
            segment
            if segment.control
            else Segment("\n".join(map(for_terminal, segment.text.split("\n"))), segment.style)
            for segment in buffer
        )


def console(pipe_width: int | None = None, stderr: bool = False) -> Console:
    """A console as wide as the window; `pipe_width` columns where there is none to fit into."""
    window = Console(stderr=stderr)
    return window if window.is_terminal else Console(pipe_width, stderr)


def short(path: Path) -> Path:
    """As a person in this folder would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
