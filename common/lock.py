"""One command at a time in a folder of data; a second one waits and says so.

The lock belongs to the open file, not to a number written into it: it is gone with the
process that held it, however that ended. The file itself stays.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = ".lock"
# Tells a command that was started by one that holds the lock.
HELD = "LEAGUE_LOCKED"


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the lock of `data`, waiting for whoever holds it; nothing to do where a command
    that started this one does.

    Raises OSError where the folder cannot be made or written.
    """
    data.mkdir(parents=True, exist_ok=True)
    file = str(data.resolve() / NAME)
    held = os.environ.get(HELD)
    if held == file:
        yield
        return
    opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(
                f"Another command is at work in {data}; waiting until it ends …",
                file=sys.stderr,
                flush=True,
            )
            fcntl.flock(opened, fcntl.LOCK_EX)
        os.environ[HELD] = file
        yield
    finally:
        os.environ.pop(HELD, None)
        if held:
            os.environ[HELD] = held
        os.close(opened)
