"""One command at a time in a folder of data; a second one waits and says so.

The lock belongs to the open file, not to a number written into it: it is gone with the last
process that has the file open, however that ended. The file itself stays.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

NAME = ".lock"
# The files that this process has locked.
_held: set[str] = set()


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the lock of `data`, waiting for whoever holds it; nothing to do where this process
    does.

    Raises OSError where the folder cannot be made or written. Ends the process where the
    system has no such locks.
    """
    if fcntl is None:
        sys.exit(
            "Expected Linux, macOS or WSL, found a system without flock: here nobody could "
            "keep two commands apart. On Windows, run it in WSL."
        )
    data.mkdir(parents=True, exist_ok=True)
    file = str(data.resolve() / NAME)
    if file in _held:
        yield
        return
    opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(
                f"Another command is at work in {data}{_holder(opened)}; waiting until it "
                "ends …",
                file=sys.stderr,
                flush=True,
            )
            fcntl.flock(opened, fcntl.LOCK_EX)
        _note_holder(opened)
        _held.add(file)
        yield
    finally:
        _held.discard(file)
        os.close(opened)


def _note_holder(opened: int) -> None:
    """Say in the locked file who holds it: for the one who waits, not for the lock."""
    with suppress(OSError):  # The disk may be full.
        os.ftruncate(opened, 0)
        os.pwrite(opened, f"process {os.getpid()}".encode(), 0)


def _holder(opened: int) -> str:
    """Who locked it, in brackets; empty where that is not said."""
    holder = os.pread(opened, 100, 0).decode(errors="replace")
    return f" ({holder})" if re.fullmatch(r"process \d+", holder) else ""
