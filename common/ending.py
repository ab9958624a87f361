"""How every command ends: what stops it is a sentence and an exit code, not a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

from common.stop import stoppable

STOPPED = 1


def ended(name: str, main: Callable[[], int]) -> int:
    """Run `main` and return its exit code, or the one of what stopped it."""
    try:
        with stoppable():
            return main()
    except KeyboardInterrupt as stopped:
        code = getattr(stopped, "exit_code", 130)
        return _say(name, "stopped. What was published before is as it was.", code)
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
            return _say(name, _of_database(refused), STOPPED)
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


def _of_database(refused: Exception) -> str:
    said = str(refused).strip().split("\n")[0]
    if "No space left" in said or "could not write" in said.lower():
        return f"Expected room for the database, found: {said}. Make room and run again."
    return (
        f"Expected a sound database, found: {said}. If it stays so, delete DATA/build/"
        "league.duckdb and league.duckdb.wal beside it: `make winners` makes them anew, "
        "`make history` reads the hours again."
    )
