"""How every command ends: what stops it is a sentence and an exit code, not a traceback."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from league.stop import stoppable

STOPPED = 1
BEFORE_PUBLISHING = "What was published before is as it was."
AFTER_PUBLISHING = "The new release is published."
LOCKED = re.compile(
    r'lock on file "(?P<file>.+)": .+ held in (?P<program>.+) \((?P<pid>PID \d+)'
)


def ended(name: str, main: Callable[[], int]) -> int:
    """Run `main` and return its exit code, or the one of what stopped it."""
    try:
        with stoppable():
            return main()
    except KeyboardInterrupt as stopped:
        code = getattr(stopped, "exit_code", 130)
        published = getattr(stopped, "published", BEFORE_PUBLISHING)
        return _say(name, f"stopped. {published}", code)
    except BrokenPipeError:
        # Whoever was reading has gone: nothing to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STOPPED
    except OSError as refused:
        return _say(name, f"{_cause(refused)}. {_way_out(refused)}", STOPPED)
    except Exception as refused:
        # Imported only here: it takes a while, and Ctrl-C is to count from the start.
        import duckdb

        if isinstance(refused, duckdb.Error):
            return _say(name, of_database(refused), STOPPED)
        raise


@contextmanager
def after_publishing() -> Iterator[None]:
    """Inside, the new database is published already: whoever stops this is told so."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        stopped.published = AFTER_PUBLISHING  # type: ignore[attr-defined]
        raise


def _say(name: str, sentence: str, code: int) -> int:
    print(f"{name}: {sentence}", file=sys.stderr)
    return code


def _cause(refused: OSError) -> str:
    where = f" {refused.filename}" if refused.filename else ""
    return f"Expected to read and write{where}, found: {refused.strerror or refused}"


def _way_out(refused: OSError) -> str:
    if refused.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Make room on the disk and run again."
    if refused.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "May you write there? DATA=<folder> names another place."
    if refused.errno in (errno.ENOTDIR, errno.EISDIR, errno.EEXIST):
        return "Something else is in its place: move it away, or name another DATA=<folder>."
    return "Mend this and run again."


def of_database(refused: Exception) -> str:
    """What to do about an error of DuckDB; never to delete what cannot be made again."""
    said = str(refused).strip().split("\n")[0]
    if held := LOCKED.search(said):
        return (
            f"Expected {held['file']} to be free, found it open in {held['program']} "
            f"({held['pid']}): a notebook or a duckdb shell? Close it there and run again. "
            "Readers do not get in the way if they open it read-only: "
            "duckdb.connect(…, read_only=True), or duckdb -readonly."
        )
    if "No space left" in said or "could not write" in said.lower():
        return f"Expected room for the database, found: {said}. Make room and run again."
    return (
        f"Expected a sound database, found: {said}. If it stays so, move DATA/build/"
        "league.duckdb and league.duckdb.wal beside it to another folder, and keep them: "
        "`make winners` makes a new one, but the hourly history in it comes back only by "
        "`make history` from an archive that still has those hours."
    )
