"""How a command speaks to a person and into a pipe."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console


def console(pipe_width: int, stderr: bool = False) -> Console:
    """A console as wide as the window; `pipe_width` columns where there is none to fit into."""
    window = Console(stderr=stderr)
    return window if window.is_terminal else Console(stderr=stderr, width=pipe_width)


def short(path: Path) -> Path:
    """As a person in this folder would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
