"""How every command ends: what stops it, including Ctrl-C and SIGTERM, is a sentence and an
exit code, not a traceback."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from league.text import say

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE_S = 10
BEFORE_PUBLISHING = "What was published before is as it was."
AFTER_PUBLISHING = "The new release is published."
LOCKED = re.compile(
    r'lock on file "(?P<file>.+)": .+ held in (?P<program>.+) \((?P<pid>PID [0-9]+)'
)
# Every exit code of every command.
EXIT_CODES = {
    "0": "done",
    "1": "not done; a sentence says what was expected, found, and what to do",
    "2": "wrong arguments",
    "3": "a file that decides a prize is in quarantine: nothing was published",
    "5": "spark: no Java, or Spark's packages are not installed",
    "130": "stopped by Ctrl-C",
    "143": "stopped by a signal to end (SIGTERM)",
}


class LeagueError(Exception):
    """A command cannot go on; the message says what was expected, found, and what to do."""

    exit_code = 1


class Stopped(KeyboardInterrupt):
    """Somebody asked this process to end: `exit_code` is 130 for Ctrl-C, 143 for SIGTERM."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.exit_code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM raise Stopped. Only the first one does, so that
    cleanup is not interrupted. One that got lost on its way (Python drops what is raised
    while an object is deleted) is raised at the end. For the main thread of a process only."""
    asked: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        asked.append(number)
        raise Stopped(number)

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    except Exception:
        # DuckDB makes another error of what a signal raised, and work that it stopped is missing
        # elsewhere.
        if not asked:
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if asked:
        raise Stopped(asked[0])


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM wait until the block is left: what is begun there is not left
    half done. A signal that another thread gets waits, too."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread is ever stopped.
        return
    asked: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if asked:
            signal.raise_signal(asked[0])


def end(running: subprocess.Popen) -> None:
    """End a program in the middle of its work, by force where asking does not help."""
    running.terminate()
    try:
        running.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


def ended(name: str, command: Callable[[], object]) -> int:
    """Run `command`; return 0, or the exit code of what stopped it, which is printed."""
    try:
        with stoppable():
            command()
            return 0
    except KeyboardInterrupt as stopped:
        published = getattr(stopped, "published", BEFORE_PUBLISHING)
        return _fail(name, f"stopped. {published}", getattr(stopped, "exit_code", 130))
    except LeagueError as stopped:
        return _fail(name, str(stopped), stopped.exit_code)
    except BrokenPipeError:
        # The reader of a pipe has gone: no one is left to read a message.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as refused:
        where = f" {refused.filename}" if refused.filename else ""
        found = refused.strerror or refused
        advice = _way_out(refused)
        return _fail(name, f"Expected to read and write{where}, found: {found}. {advice}")
    except Exception as refused:
        duckdb = sys.modules.get("duckdb")  # Not imported here: that takes a while.
        if duckdb and isinstance(refused, duckdb.Error):
            return _fail(name, of_database(refused))
        raise


@contextmanager
def after_publishing() -> Iterator[None]:
    """Inside, the new database is published already: the message of a Ctrl-C says so."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        stopped.published = AFTER_PUBLISHING  # type: ignore[attr-defined]
        raise


def _fail(name: str, sentence: str, code: int = 1) -> int:
    say(f"{name}: {sentence}", aside=True)
    return code


def _way_out(refused: OSError) -> str:
    if refused.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Make room on the disk and run again."
    if refused.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "May you write there? DATA=<folder> (--data) names another place."
    if refused.errno in (errno.ENOTDIR, errno.EISDIR, errno.EEXIST):
        return "Something else is in its place: move it away, or name another DATA=<folder> (--data)."
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
    if any(word in said for word in ("No space left", "ould not write", "Out of Memory")):
        return f"Expected room for the database, found: {said}. Make room and run again."
    return (
        f"Expected a sound database, found: {said}. If it stays so, move DATA/build/"
        "league.duckdb and league.duckdb.wal beside it to another folder, and keep them: "
        "`make winners` makes a new one, but the hourly history in it comes back only by "
        "`make history` from an archive that still has those hours."
    )
