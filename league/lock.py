"""One command at a time in a folder of data; a second one waits and says so.

The lock ends with its process, however that ended. The file itself stays.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from league.text import say

NAME = ".lock"


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the lock of `data`, waiting for the process that holds it; a process that has it
    already does not wait.

    Raises OSError where the folder cannot be made or written.
    """
    from filelock import FileLock, Timeout

    data.mkdir(parents=True, exist_ok=True)
    file = data.resolve() / NAME
    lock = FileLock(file, is_singleton=True)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        say(
            f"Another command is at work in {data}{_holder(file)}; waiting until it ends …",
            aside=True,
        )
        lock.acquire()
    try:
        # For the one who waits, not for the lock. The disk may be full.
        with suppress(OSError):
            file.write_text(f"process {os.getpid()}")
        yield
    finally:
        lock.release()


def _holder(file: Path) -> str:
    """The process that has locked it, in brackets; empty where that is not known."""
    with suppress(OSError, ValueError):
        if re.fullmatch(r"process [0-9]+", holder := file.read_text()):
            return f" ({holder})"
    return ""
