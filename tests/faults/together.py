"""Two commands at once in one folder, readers while it is published, an open shell."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.faults.league import CONTENT, League, invented
from tests.faults.report import Tally

PUBLISHES, READERS = 50, 20
LONGEST_SECONDS = 600


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
# Twice in one connection, with publishes between: what it has opened stays as it was.
READ = """
import duckdb, os, sys, time
path, sql, stop = sys.argv[1:]
seen, reads = set(), 0
while not os.path.exists(stop):
    with duckdb.connect(path, read_only=True) as opened:
        first = opened.execute(sql).fetchall()
        time.sleep(1)
        assert opened.execute(sql).fetchall() == first, "another content in one connection"
    seen.add(str(first))
    reads += 2
print(reads)
print(*seen, sep="\\n")
"""


def _readers(tally: Tally, league: League) -> None:
    """Two builds are published in turns; every read is complete, and of one of them."""
    built, stop = league.data / "build/league.duckdb", league.folder / "stop"
    builds, contents = [], set()
    for source in ("race-data", "other"):
        league.run(league.command("winners", source))
        contents.add(str(league.published()))
        builds.append(built.read_bytes())
    reading = [sys.executable, "-c", READ, str(league.data / "league.duckdb"), CONTENT]
    readers = [league.start([*reading, str(stop)]) for _ in range(READERS)]
    publish = [sys.executable, "-m", "publish", "--data", str(league.data)]
    publish += ["--target", str(league.data / "build/target")]
    until = time.monotonic() + LONGEST_SECONDS
    codes = []
    while len(codes) < PUBLISHES and time.monotonic() < until:
        built.write_bytes(builds[len(codes) % 2])
        codes.append(league.run(publish)[0])
    stop.touch()
    said = [reader.communicate()[0] for reader in readers]
    seen = [set(lines[1:]) for lines in map(str.splitlines, said)]
    whole = all(one and one <= contents for one in seen) and set().union(*seen) == contents
    reads = sum(int(lines.split()[0]) for lines in said) if whole else 0
    fine = whole and len(contents) == 2 and codes == [0] * PUBLISHES
    tally.add(
        "readers while it is published",
        f"{reads} reads by {READERS} readers during {PUBLISHES} publishes, all complete",
        None if fine else f"{[one[-100:] for one in said]}, exit codes {codes}",
    )
