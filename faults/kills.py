"""Kill -9 of the whole process group at random moments; and being asked to end.

What is published stays whole: the old or the new. Publishing after a kill gives one of them
or a refusal. The next plain run needs no hand, and ends in what an undisturbed one gives.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from faults.league import League, invented
from faults.report import Tally

MANY, FEW = 30, 1
SENTENCE_SECONDS = 15


def try_kills(work: Path, seed: int, short: bool) -> Tally:
    tally = Tally("Killed")
    league = invented(work)
    truth = {}
    for source in ("other", "race-data"):
        start = time.monotonic()
        code, said = league.run(league.command("publish", source))
        seconds = time.monotonic() - start
        truth[source] = league.published()
        if code:
            tally.add("undisturbed", f"exit code {code}", said[-400:])
            return tally
    chance = random.Random(seed)
    for number in range(FEW if short else MANY):
        source = ("other", "race-data")[number % 2]
        _kill(tally, league, source, chance.uniform(0, seconds), truth)
    for number, name in ((signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM")):
        for turn in range(1 if short else 6):
            # Another source each time: where nothing is new, a run ends at once.
            source = ("other", "race-data")[turn % 2]
            after = chance.uniform(1, seconds * 0.6)
            _ask_to_end(tally, league, (number, name), source, after)
    return tally


def _kill(
    tally: Tally, league: League, source: str, after: float, truth: dict[str, object]
) -> None:
    before = league.published()
    running = league.start(league.command("publish", source))
    try:
        running.wait(after)
        fault = "too late: it had ended"
    except Exception:
        fault = f"kill -9, {_stage(league)}"
        os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    allowed = [before, truth[source]]
    broken = None
    if league.published() not in allowed:
        broken = "what is published is neither the old nor the new"
    publish = [sys.executable, "-m", "publish", "--data", str(league.data), "--target"]
    code, said = league.run([*publish, str(league.data / "build/target")])
    refused = code == 1 and "Traceback" not in said
    if league.published() not in allowed or not (code == 0 or refused):
        broken = f"publishing after it: exit code {code}, {said[-300:]}"
    seen = "refused to publish" if refused else "published, whole"
    code, said = league.run(league.command("publish", source))
    if code or league.published() != truth[source]:
        broken = f"the next run: exit code {code}, {said[-300:]}"
    if league.leftovers():
        broken = f"left lying: {league.leftovers()}"
    tally.add(fault, seen, broken)


def _stage(league: League) -> str:
    """How far a run has come, as far as one sees from outside."""
    if (league.data / "build/publishing").is_dir():
        return "while publishing"
    log = league.data / "build/logs/dbt.log"
    if log.is_file() and time.time() - log.stat().st_mtime < 2:
        return "while building"
    return "while loading or starting"


def _ask_to_end(
    tally: Tally, league: League, how: tuple[signal.Signals, str], source: str, after: float
) -> None:
    number, name = how
    before = league.published()
    running = league.start(league.command("publish", source))
    time.sleep(after)
    if running.poll() is not None:
        running.communicate()
        tally.add(name, "too late: it had ended")
        return
    # As a terminal does it, Ctrl-C goes to all of the group.
    (os.killpg if number is signal.SIGINT else os.kill)(running.pid, number)
    start = time.monotonic()
    said, _ = running.communicate()
    seconds = time.monotonic() - start
    code, broken = running.returncode, None
    if code not in (128 + number, 0) or "Traceback" in said or "stopped" not in said:
        broken = f"exit code {code}, {said[-500:]}"
    elif seconds > SENTENCE_SECONDS:
        broken = f"{seconds:.0f} s until the end"
    elif not _gone(running.pid):
        broken = "a process is left running"
    elif isinstance(league.published(), str) or not before:
        broken = "what is published cannot be read"
    tally.add(name, f"{code}: {said.strip().splitlines()[-1][:80]}", broken)


def _gone(group: int) -> bool:
    """Whether the last process of a group ends; what is told to end takes its moment."""
    until = time.monotonic() + SENTENCE_SECONDS
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
