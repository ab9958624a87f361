"""Progress bars where a person watches; nothing where the output is piped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    track,
)

Step = TypeVar("Step")


def steps(arriving: Iterable[Step], total: int, what: str) -> Iterable[Step]:
    """Pass steps on, counting them."""
    console = Console(stderr=True)
    return track(arriving, what, total=total, console=console, disable=not console.is_terminal)


@contextmanager
def bytes_read(
    what: str, total_bytes: int, wanted: bool
) -> Iterator[Callable[[int, int], None]]:
    """A bar of files, megabytes and time left; call what it gives with both counts so far."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[files]:,} files"),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not (wanted and console.is_terminal),
    ) as bar:
        task = bar.add_task(what, total=total_bytes, files=0)
        yield lambda files, done: bar.update(task, completed=done, files=files)
