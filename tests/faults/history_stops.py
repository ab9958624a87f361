"""The history load, killed or stopped at random moments: nothing is lost or left lying.

A board is in the database with its files or not at all, the next plain run ends in the same
content as an undisturbed one, and no process and no folder stays.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import duckdb

from ingest.history.check import check
from ingest.source import LEADERBOARDS
from tests.faults.report import Tally
from tests.faults.snapshots import HEADERS, made_up_snapshot, name_of

MANY, FEW = 60, 3
BOARDS, HOURS = 6, 8
SIGNALS = {signal.SIGKILL: None, signal.SIGINT: 130, signal.SIGTERM: 143}
# The load as the command does it, with processes of its own though the archive is small.
LOAD = """
import sys
from ingest.history import __main__ as command
real = command._load
def load(given):
    from ingest.history import workers
    workers.SMALL = 0
    return real(given)
command._load = load
if __name__ == "__main__":
    sys.exit(command.main(sys.argv[1:]))
"""


def try_history_stops(work: Path, seed: int, short: bool) -> Tally:
    """SIGKILL, SIGINT and SIGTERM to the whole process group, in turns."""
    tally = Tally("history load, stopped at a random moment")
    chance = random.Random(seed)
    archive = _archive(work, chance)
    undisturbed = work / "undisturbed.duckdb"
    started = time.monotonic()
    _finish(_start(undisturbed, archive))
    whole = time.monotonic() - started
    expected = _content(undisturbed)
    for number in range(FEW if short else MANY):
        database = work / f"{number}" / "h.duckdb"
        which, code = list(SIGNALS.items())[number % len(SIGNALS)]
        after = chance.uniform(0, whole)
        process = _start(database, archive)
        time.sleep(after)
        seen, wrong = _stop(process, which, code)
        wrong = wrong or _what_is_wrong_after(database, archive, expected)
        tally.add(which.name, seen, wrong and f"after {after:.2f} of {whole:.2f} s: {wrong}")
    return tally


def _archive(work: Path, chance: random.Random) -> Path:
    for board in range(BOARDS):
        arn = f"arn:aws:deepracer:::leaderboard/00000000-{board:04d}"
        for hour in range(HOURS):
            target = work / "archive" / LEADERBOARDS / arn / name_of(hour)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(made_up_snapshot(chance, chance.choice(HEADERS)))
    return work / "archive"


def _start(database: Path, archive: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", LOAD, str(database), str(archive)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=300)
    return process.returncode, said


def _stop(
    process: subprocess.Popen[str], which: signal.Signals, code: int | None
) -> tuple[str, str | None]:
    """Send the signal to all of the load; what was seen, and what is wrong with it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, which)
    ended, said = _finish(process)
    until = time.monotonic() + 20
    while _is_alive(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    if _is_alive(process.pid):
        return "a process left", "a process of the load is still running"
    if ended == 0:
        return "had ended already", said or None
    if which == signal.SIGKILL:
        return "killed", None
    if ended == -which and "ingest/history" not in said:
        return "ended by the system while Python was starting", None
    wrong = None
    if ended != code or len(said.splitlines()) != 1:
        wrong = f"exit code {ended}, {len(said.splitlines())} lines: {said[-300:]!r}"
    return f"exit code {ended}, one sentence", wrong


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _what_is_wrong_after(database: Path, archive: Path, expected: object) -> str | None:
    if database.exists():
        with duckdb.connect(str(database)) as connection:
            (some,) = connection.execute(
                "select count(*) from duckdb_tables() where table_name = 'snapshot'"
            ).fetchone()
        if some and check(database).differences:
            return "half a board in the database"
    ended, said = _finish(_start(database, archive))
    if ended or said:
        return f"the next run ended with {ended}: {said[-300:]!r}"
    if _content(database) != expected:
        return "other content than of an undisturbed run"
    left = {path.name for path in database.parent.iterdir()} - {database.name, ".lock"}
    return f"left lying: {', '.join(sorted(left))}" if left else None


def _content(database: Path) -> list[list[tuple]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return [
            connection.execute(f"select * from history.{table} order by all").fetchall()
            for table in ("file", "snapshot", "row_version", "rank_run", "unfinished")
        ]
