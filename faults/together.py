"""Two commands at once in one folder, readers while it is published, an open shell."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from faults.league import CONTENT, League, invented
from faults.report import Tally

PUBLISHES, READERS = 50, 20


def try_together(work: Path, seed: int, short: bool) -> Tally:
    tally = Tally("Two at once")
    league = invented(work)
    for source in ("race-data", "other"):
        code, said = league.run(league.command("winners", source))
        if code:
            tally.add("alone", f"exit code {code}", said[-400:])
            return tally
    _two(tally, league, "two winners of two sources", "winners", "winners")
    if not short:
        _two(tally, league, "winners and publish", "winners", "publish")
        _parent_killed(tally, league)
        _shell(tally, league)
        _readers(tally, league)
    return tally


def _two(tally: Tally, league: League, fault: str, one: str, other: str) -> None:
    """Both end well, the second waits, and each prints what its own source gives."""
    running = [
        league.start(league.command(one, "race-data")),
        league.start(league.command(other, "other")),
    ]
    ended = [(process.communicate()[0], process.returncode) for process in running]
    waited = sum("waiting until it ends" in said for said, _ in ended)
    broken = None
    if any(code for _, code in ended):
        broken = " / ".join(f"{code}: {said[-200:]}" for said, code in ended)
    elif waited != 1:
        broken = f"{waited} of the two waited"
    elif isinstance(league.published(), str):
        broken = "what is published cannot be read"
    tally.add(fault, f"exit codes {[code for _, code in ended]}, one waited", broken)


def _parent_killed(tally: Tally, league: League) -> None:
    """Kill -9 of the command alone: dbt goes on, and nobody else begins until it has ended."""
    code, said = league.run(league.command("winners", "race-data"))
    expected = league.published()
    code, said = league.run(league.command("winners", "other"))
    log = league.data / "build/logs/dbt.log"
    log.unlink()
    parent = league.start(league.command("winners", "race-data"))
    until = time.monotonic() + 120
    # The log is there before dbt begins to build.
    while not log.exists() and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    code, said = league.run(league.command("winners", "race-data"))
    broken = None
    if code or "waiting until it ends" not in said or league.published() != expected:
        broken = f"exit code {code}: {said[-400:]}"
    tally.add("kill -9 of the parent alone", "dbt ended, the next run waited for it", broken)


def _shell(tally: Tally, league: League) -> None:
    """Somebody has the build database open."""
    held = league.start(
        [
            *(sys.executable, "-c"),
            HOLD,
            str(league.data / "build/league.duckdb"),
        ]
    )
    held.stdout.readline()
    code, said = league.run(league.command("winners"))
    held.kill()
    held.wait()
    kept = code == 1 and "build database open" in said and "Traceback" not in said
    tally.add("an open shell", f"{code}: {said.strip()[-100:]}", None if kept else said[-400:])


HOLD = """
import duckdb, sys, time
held = duckdb.connect(sys.argv[1])
print("open", flush=True)
time.sleep(600)
"""
READ = """
import duckdb, os, sys, time
path, sql, stop = sys.argv[1:]
seen, reads = set(), 0
while not os.path.exists(stop):
    with duckdb.connect(path, read_only=True) as opened:
        seen.add(hash(tuple(opened.execute(sql).fetchall())))
    reads += 1
    time.sleep(0.2)
print(reads, len(seen))
"""


def _readers(tally: Tally, league: League) -> None:
    """Every read while it is replaced is complete, and of the one content there is."""
    stop = league.folder / "stop"
    reading = [sys.executable, "-c", READ, str(league.data / "league.duckdb"), CONTENT]
    readers = [league.start([*reading, str(stop)]) for _ in range(READERS)]
    publish = [sys.executable, "-m", "publish", "--data", str(league.data)]
    publish += ["--target", str(league.data / "build/target")]
    codes = [league.run(publish)[0] for _ in range(PUBLISHES)]
    stop.touch()
    said = [reader.communicate()[0].split() for reader in readers]
    whole = all(len(words) == 2 and words[1] == "1" for words in said)
    reads = sum(int(words[0]) for words in said if len(words) == 2)
    seen = f"{reads} reads by {READERS} readers during {PUBLISHES} publishes, all complete"
    broken = None if whole and not any(codes) else f"{said}, exit codes {codes}"
    tally.add("readers while it is published", seen, broken)
