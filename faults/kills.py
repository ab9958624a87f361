"""Kill -9 of the whole process group, 300 times, at a moment of chance within each step.

What is published stays whole: the old or the new. Publishing after a kill gives one of them
or a refusal. The next plain run needs no hand, and ends in what an undisturbed one gives,
table by table and file by file, with nothing left lying.

Where a load was killed, only every fourth next run goes on to the winners: the others end
with the load, in the same tables, from which the same follows.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from faults.content import Content, difference, of_data, of_database
from faults.kept import Kept
from faults.league import invented
from faults.report import Tally
from faults.small_project import small_project
from faults.snapshots import HEADERS, made_up_snapshot, name_of
from faults.warm import PROJECT, STEPS, Warm
from ingest.source import LEADERBOARDS

MOMENT = "2121-04-10T00:00:00Z"
HOURS = {"other": 4, "race-data": 8}
LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Case:
    """A step to be killed in, of a command on a base; and how often."""

    step: str
    command: str
    base: str
    often: int
    few: int = 1


CASES = {
    "ingest": Case("ingest", "winners", "small", 65),
    "history": Case("history", "history", "small", 65),
    "build": Case("build", "winners", "small", 60),
    "publish": Case("publish", "winners", "small, built", 40, 0),
    "publish with folders": Case("publish", "publish", "whole, built", 30, 0),
    "AS_OF": Case("looking back", "as of", "small", 10),
    "AS_OF, build": Case("build", "as of", "small", 20, 0),
    "AS_OF, publish": Case("publish", "as of", "small", 10, 0),
}


def try_kills(work: Path, seed: int, short: bool) -> Tally:
    tally = Tally("Killed")
    cases = {
        name: often
        for name, case in CASES.items()
        if (often := case.few if short else case.often)
    }
    killer = Killer(work)
    kept = Kept(seed)
    try:
        turns = [(name, turn) for name, often in cases.items() for turn in range(often)]
        random.Random(seed).shuffle(turns)
        for name, turn in turns:
            fault = f"kill -9 in {name}"
            told = kept.found(fault, turn)
            if not told:
                chance = random.Random(f"{seed} {name} {turn}")
                told = killer.kill(CASES[name], chance, whole=turn % 4 == 0)
                kept.keep(fault, turn, *told)
            tally.add(fault, *told)
    finally:
        killer.close()
    return tally


class Killer:
    """A league, its states before each case, and what undisturbed runs make of them."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.league = invented(work)
        chance = random.Random("hours")
        for board in ("2121-1-months-race", "2121-2-finale", "2121-9-in-no-catalogue"):
            arn = f"{LEADERBOARDS}/arn:aws:deepracer:fictional::leaderboard/{board}"
            for hour in range(max(HOURS.values())):
                body = made_up_snapshot(chance, chance.choice(HEADERS))
                for source, hours in HOURS.items():
                    file = work / source / arn / name_of(hour).replace("2031-05", "2121-04")
                    file.parent.mkdir(parents=True, exist_ok=True)
                    if hour < hours:
                        file.write_bytes(body)
        self.project = small_project(work / "project")
        self.warm = Warm(work, self.project)
        self.truth: dict[tuple[str, tuple[str, ...]], Content] = {}
        self.published: dict[str, Content] = {}
        # How long a step took when it was last seen whole.
        self.seconds: dict[tuple[str, str, str], float] = {}

    def close(self) -> None:
        self.warm.close()

    def kill(
        self, case: Case, chance: random.Random, whole: bool = True
    ) -> tuple[str, str | None]:
        """Kill once: what was seen, and the promise that was broken, if any.

        whole: whether the next run goes on to the winners, where a load was killed."""
        again = self._command(case, whole)
        for command in (self._command(case), again):
            if (case.base, tuple(command)) not in self.truth:
                self._undisturbed(case, command)
        until = chance.random()
        for _ in range(10):
            self._restore(case.base)
            process = self._start(case)
            started = self._wait_for(case.step)
            if started is None:
                continue
            after = until * self.seconds[case.base, case.command, case.step]
            code = self.warm.wait(started + after - time.monotonic())
            if code is None:
                os.killpg(process, signal.SIGKILL)
                code = self.warm.wait(LONGEST_SECONDS)
            if code == -signal.SIGKILL:
                break
            until *= 0.8  # It was quicker this time.
        else:
            return "never in time", "no moment to kill it was found"
        seen = f"{int(100 * until) // 20 * 20} % of its time or later"
        return seen, self._what_is_wrong(case, process, after, again)

    def _what_is_wrong(
        self, case: Case, group: int, after: float, again: list[str]
    ) -> str | None:
        here = f"after {after:.2f} s: "
        if not _gone(group):
            return here + "a process is left running"
        if wrong := self._published_is_wrong(case):
            return here + wrong
        data = self._data(case)
        if (data / "build/league.duckdb").exists():
            target = ["--target", str(data / "build/target")]
            code = self._run(["publish", "--data", str(data), *target], case.base)
            if code not in (0, 1) or "Traceback" in self._said():
                return f"{here}publishing after it: exit code {code}, {self._said()[-300:]}"
            if wrong := self._published_is_wrong(case):
                return f"{here}published after it: {wrong}"
        code = self._run(again, case.base)
        if code or "Traceback" in self._said():
            return f"{here}the next run: exit code {code}, {self._said()[-400:]}"
        self._note_seconds(case)
        found = of_data(data) | {"main": str(self._main_is_untouched(case))}
        wrong = difference(self.truth[case.base, tuple(again)], found)
        return here + wrong if wrong else None

    def _published_is_wrong(self, case: Case) -> str | None:
        """What is published has the content of before, or of what it becomes undisturbed."""
        data = self._data(case)
        published, before = data / "league.duckdb", self._base(case.base) / "league.duckdb"
        if not self._main_is_untouched(case):
            return "looking back has changed the real result"
        if case.command == "as of":
            if not published.exists():
                return None
        elif published.read_bytes() == before.read_bytes():
            return None
        found = of_database(published)
        if found == self._content_before(case.base):
            return None
        new = {
            name.removeprefix("published "): told
            for name, told in self.truth[case.base, tuple(self._command(case))].items()
            if name.startswith("published ")
        }
        wrong = difference(new, found)
        return f"what is published is neither the old nor the new: {wrong}" if wrong else None

    def _main_is_untouched(self, case: Case) -> bool:
        return case.command != "as of" or (
            (self.league.data / "league.duckdb").read_bytes()
            == (self._base(case.base) / "league.duckdb").read_bytes()
        )

    def _undisturbed(self, case: Case, command: list[str]) -> None:
        self._restore(case.base)
        code = self._run(command, case.base)
        assert code == 0, self._said()
        self._note_seconds(case)
        self.truth[case.base, tuple(command)] = of_data(self._data(case)) | {"main": "True"}

    def _data(self, case: Case) -> Path:
        if case.command == "as of":
            return self.league.data / "as-of" / MOMENT.replace(":", "-")
        return self.league.data

    def _base(self, base: str) -> Path:
        folder = self.work / "bases" / base
        if not folder.exists():
            shutil.rmtree(self.league.data, ignore_errors=True)
            # The hours are too wild for the real models.
            steps = ["winners", "history"] if base.startswith("small") else ["publish"]
            for command in steps:
                code = self._run(self.league.command(command, "other")[2:], base)
                assert code == 0, self._said()
            if base.endswith("built"):
                self._build_without_publishing(base)
            shutil.copytree(self.league.data, folder)
        return folder

    def _build_without_publishing(self, base: str) -> None:
        files = [self.league.data / name for name in ("league.duckdb", "build/published.json")]
        before = [file.read_bytes() for file in files]
        code = self._run(self.league.command("winners")[2:], base)
        assert code == 0, self._said()
        for file, body in zip(files, before, strict=True):
            file.write_bytes(body)

    def _content_before(self, base: str) -> Content:
        if base not in self.published:
            self.published[base] = of_database(self._base(base) / "league.duckdb")
        return self.published[base]

    def _restore(self, base: str) -> None:
        folder = self._base(base)
        shutil.rmtree(self.league.data, ignore_errors=True)
        shutil.copytree(folder, self.league.data)

    def _command(self, case: Case, whole: bool = True) -> list[str]:
        """To be started, without python -m; `whole` up to the winners."""
        given = self.league.command("winners" if case.command == "as of" else case.command)[2:]
        source = str(self.work / "race-data")
        if case.step == "history" and not whole:
            return ["ingest.history", str(self.league.data / "build/league.duckdb"), source]
        if case.step == "ingest" and not whole:
            return ["ingest", *given[2:]]
        return [*given, "--as-of", MOMENT] if case.command == "as of" else given

    def _start(self, case: Case) -> int:
        return self.warm.start(self._command(case), self._environment(case.base))

    def _run(self, command: list[str], base: str) -> int:
        return self._finish(self.warm.start(command, self._environment(base)))

    def _finish(self, process: int) -> int:
        code = self.warm.wait(LONGEST_SECONDS)
        if code is None:
            with suppress(ProcessLookupError):
                os.killpg(process, signal.SIGKILL)
            self.warm.wait(LONGEST_SECONDS)
            return -99
        return code

    def _environment(self, base: str) -> dict[str, str]:
        steps = self.work / "steps"
        steps.unlink(missing_ok=True)
        more = {STEPS: str(steps), "SOURCE_DATE_EPOCH": "1700000000"}
        more |= {PROJECT: str(self.project)} if base.startswith("small") else {}
        return {**os.environ, **more}

    def _steps(self) -> dict[str, float]:
        """When each step began, by time.monotonic()."""
        lines = _file(self.work / "steps").decode().splitlines()
        return {name: float(at) for at, name in (line.split(" ", 1) for line in lines)}

    def _wait_for(self, step: str) -> float | None:
        """When it begins; None where it never does."""
        while step not in (steps := self._steps()):
            if self.warm.wait(0.005) is not None:
                return None
        return steps[step]

    def _note_seconds(self, case: Case) -> None:
        began = [*self._steps().items(), ("end", time.monotonic())]
        for (step, at), (_, next_at) in pairwise(began):
            one = (case.base, case.command, step)
            self.seconds[one] = min(self.seconds.get(one, LONGEST_SECONDS), next_at - at)

    def _said(self) -> str:
        return _file(self.warm.said).decode(errors="replace")


def _file(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _gone(group: int) -> bool:
    """Whether the last process of a group is gone, or about to be."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False
