"""Kill -9 of the whole process group, 300 times, at a moment of chance within each step.

What is published stays whole: the old or the new. Publishing after a kill gives one of them
or a refusal. The next plain run needs no hand, and ends in what an undisturbed one gives,
table by table and file by file, with nothing left lying. And being asked to end, which is a
sentence and an exit code.

Where a load was killed, only every fourth next run goes on to the winners: the others end
with the load, in the same tables, from which the same follows.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM

from tests.faults.content import difference
from tests.faults.kept import Kept
from tests.faults.report import Tally
from tests.faults.stages import Case, Cut, Stages

# How often each is tried, and how often in the short form.
CASES = {
    "ingest": (Case("ingest", "winners", "small"), 90, 0),
    "history": (Case("history", "history", "small"), 90, 0),
    "build": (Case("build", "winners", "small"), 45, 1),
    "publish": (Case("publish", "winners", "small, built"), 35, 0),
    "publish with folders": (Case("publish", "publish", "whole, built"), 14, 0),
    "AS_OF": (Case("looking back", "as of", "small"), 8, 0),
    "AS_OF, build": (Case("build", "as of", "small"), 12, 0),
    "AS_OF, publish": (Case("publish", "as of", "small"), 6, 0),
}
ASKED = {"Ctrl-C": (SIGINT, False), "SIGTERM": (SIGTERM, True)}
ASKED_MANY, ASKED_FEW = 6, 1
SENTENCE_SECONDS = 15


def try_kills(work: Path, seed: int, short: bool) -> Tally:
    tally = Tally("Killed")
    stages, kept = Stages(work), Kept(seed)
    turns = [
        (name, turn)
        for name, (_, many, few) in CASES.items()
        for turn in range(few if short else many)
    ]
    random.Random(seed).shuffle(turns)
    try:
        for name, turn in turns:
            fault = f"kill -9 in {name}"
            told = kept.found(fault, turn)
            if not told:
                share = random.Random(f"{seed} {name} {turn}").random()
                told = _kill(stages, CASES[name][0], share, whole=turn % 4 == 0)
                kept.keep(fault, turn, *told)
            tally.add(fault, *told)
        for name in ASKED:
            for turn in range(ASKED_FEW if short else ASKED_MANY):
                share = random.Random(f"{seed} {name} {turn}").random()
                step = ("build", "ingest", "publish")[turn % 3]
                tally.add(f"{name} in {step}", *_ask_to_end(stages, name, step, share))
    finally:
        stages.warm.close()
    return tally


def _kill(stages: Stages, case: Case, share: float, whole: bool) -> tuple[str, str | None]:
    """What was seen, and the promise that was broken, if any.

    whole: whether the next run goes on to the winners, where a load was killed."""
    again = stages.command(case, whole)
    expected = stages.truth(case, again)
    cut = stages.cut(case, share, SIGKILL, alone=False)
    if not cut:
        return "never in time", "it always ended before it was killed"
    seen = f"{int(100 * cut.share) // 20 * 20} % of its time or later"
    wrong = _what_is_wrong(stages, case, cut)
    if not wrong:
        code = stages.run(case, again)
        if code or "Traceback" in stages.said():
            wrong = f"the next run: exit code {code}, {stages.said()[-400:]}"
        else:
            wrong = difference(expected, stages.content(case))
    return seen, f"after {cut.seconds:.2f} s: {wrong}" if wrong else None


def _what_is_wrong(stages: Stages, case: Case, cut: Cut) -> str | None:
    """Right after a kill; what is there is published, which may be refused."""
    if not _gone(cut.group):
        return "a process is left running"
    if wrong := stages.published_is_wrong(case):
        return wrong
    data = stages.data(case)
    if (data / "build/league.duckdb").exists():
        publish = ["publish", "--data", str(data), "--target", str(data / "build/target")]
        code = stages.run(case, publish)
        if code not in (0, 1) or "Traceback" in stages.said():
            return f"publishing after it: exit code {code}, {stages.said()[-300:]}"
        if wrong := stages.published_is_wrong(case):
            return f"published after it: {wrong}"
    return None


def _ask_to_end(stages: Stages, name: str, step: str, share: float) -> tuple[str, str | None]:
    number, alone = ASKED[name]
    case = CASES[step][0]
    cut = stages.cut(case, share, number, alone)
    if not cut:
        return "it ended well: the signal came when all was done", None
    said, wrong = stages.said(), None
    if cut.code != 128 + number or "Traceback" in said or "stopped" not in said:
        wrong = f"exit code {cut.code}, {said[-500:]}"
    elif cut.ended_in > SENTENCE_SECONDS:
        wrong = f"{cut.ended_in:.0f} s until the end"
    elif not _gone(cut.group):
        wrong = "a process is left running"
    else:
        wrong = stages.published_is_wrong(case)
    return f"exit code {cut.code}, a sentence", wrong


def _gone(group: int) -> bool:
    """Whether the last process of a group is gone, or about to be."""
    until = time.monotonic() + SENTENCE_SECONDS
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False
