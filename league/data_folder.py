"""DATA: one command at a time works in it, and it is used again only where this copy of the
project made it, for this user.

dbt trusts what it once parsed, and a database can hold views and macros: in a folder that
somebody else has sent, both are programs. So DATA/build has a mark that another machine cannot
know; a build without it is put aside, and everything is built again from the source files.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from itertools import count
from pathlib import Path

from league.text import say

PROJECT = Path(__file__).parents[1]
MARK = ".made-here"
# Where commands write; DATA itself may be a link.
WRITTEN = (
    *(".lock", "build", "releases", "download", "docs", "as-of", "what-if"),
    *(f"build/{name}" for name in ("league.duckdb", "target", "logs", "project", "spark")),
)


@contextmanager
def at_work(data: Path) -> Iterator[None]:
    """Hold the lock of DATA, whose build was made here or is put aside.

    It waits for the process that holds the lock; a process that has it already does not wait.
    The lock ends with its process, however that ends; its file stays.

    Raises OSError where the folder cannot be made or written, or like `claim`.
    """
    from filelock import FileLock, Timeout

    data.mkdir(parents=True, exist_ok=True)
    file = data.resolve() / ".lock"
    lock = FileLock(file, is_singleton=True)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        holder = ""
        with suppress(OSError, ValueError):
            holder = f" (process {int(file.read_text())})"
        say(
            f"Another command is at work in {data}{holder}; waiting until it ends …",
            aside=True,
        )
        lock.acquire()
    try:
        # For the one who waits, not for the lock. The disk may be full.
        with suppress(OSError):
            file.write_text(str(os.getpid()))
        claim(data)
        yield
    finally:
        lock.release()


def claim(data: Path) -> None:
    """Put a build that was not made here aside, and mark DATA/build as made here.

    Raises OSError where a link below DATA would lead what is written elsewhere.
    """
    for path in (data / name for name in WRITTEN):
        if path.is_symlink():
            raise OSError(errno.EEXIST, "a link, which is not followed", str(path))
    if is_made_here(data):
        return
    build = data / "build"
    if any((build / name).exists() for name in ("league.duckdb", "target")):
        names = (f"build-not-made-here{'' if n == 1 else f'-{n}'}" for n in count(1))
        aside = next(data / name for name in names if not os.path.lexists(data / name))
        os.rename(build, aside)
        say(
            f"{build} was not made by this copy of the project, or not by this user: moved to "
            f"{aside}, and everything is built again. If it is yours, from before, and you need "
            f"the hourly history in it, move {aside / 'league.duckdb'} back into {build}.",
            aside=True,
        )
    build.mkdir(parents=True, exist_ok=True)
    mark = build / MARK
    mark.unlink(missing_ok=True)
    mark.write_text(_mark(), encoding="utf-8")


def is_made_here(data: Path) -> bool:
    """Whether DATA/build has the mark of this copy of the project and this user."""
    mark = data / "build" / MARK
    try:
        return not mark.is_symlink() and mark.read_text(encoding="utf-8") == _mark()
    except (OSError, ValueError):
        return False


def _mark() -> str:
    """The number of a folder on a disk is another on each machine, and stays when it moves."""
    folder = PROJECT.stat()
    return sha256(f"{os.getuid()} {folder.st_ino}".encode()).hexdigest()
