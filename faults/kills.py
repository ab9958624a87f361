"""Kill -9 of the whole process group, 300 times, at a moment of chance within each step.

What is published stays whole: the old or the new. Publishing after a kill gives one of them
or a refusal. The next plain run needs no hand, and ends in what an undisturbed one gives,
table by table and file by file, with nothing left lying.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from faults.content import Content, difference, of_data, of_database
from faults.kept import Kept
from faults.league import League, invented
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
    "ingest": Case("ingest", "winners", "small", 55),
    "history": Case("history", "history", "small", 55),
    "build": Case("build", "winners", "small", 60),
    "publish": Case("publish", "winners", "small", 40, 0),
    "publish with folders": Case("publish", "publish", "whole", 50, 0),
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
    kept = Kept("kills", seed)
    try:
        numbers = [name for name, often in cases.items() for _ in range(often)]
        random.Random(seed).shuffle(numbers)
        for number, name in enumerate(numbers):
            fault = f"kill -9 in {name}"
            if told := kept.found(number):
                tally.add(fault, *told)
                continue
            seen, broken = killer.kill(CASES[name], random.Random(f"{seed} {number}"))
            kept.keep(number, fault, seen, broken)
            tally.add(fault, seen, broken)
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
        self.truth: dict[str, Content] = {}
        self.published: dict[str, Content] = {}
        # How long a step took when it was last seen whole.
        self.seconds: dict[tuple[str, str], float] = {}

    def close(self) -> None:
        self.warm.close()

    def kill(self, case: Case, chance: random.Random) -> tuple[str, str | None]:
        """Kill once: what was seen, and the promise that was broken, if any."""
        if case.command not in self.truth:
            self._undisturbed(case)
        until = chance.random()
        for _ in range(10):
            self._restore(case.base)
            process = self._start(case)
            started = self._wait_for(case.step)
            if started is None:
                continue
            after = until * self.seconds[case.command, case.step]
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
        return seen, self._what_is_wrong(case, process, after)

    def _what_is_wrong(self, case: Case, group: int, after: float) -> str | None:
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
        code = self._finish(self._start(case))
        if code or "Traceback" in self._said():
            return f"{here}the next run: exit code {code}, {self._said()[-400:]}"
        self._note_seconds(case.command)
        found = of_data(data) | {"main": str(self._main_is_untouched(case))}
        if wrong := difference(self.truth[case.command], found):
            return here + wrong
        return None

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
            for name, told in self.truth[case.command].items()
            if name.startswith("published ")
        }
        wrong = difference(new, found)
        return f"what is published is neither the old nor the new: {wrong}" if wrong else None

    def _main_is_untouched(self, case: Case) -> bool:
        return case.command != "as of" or (
            (self.league.data / "league.duckdb").read_bytes()
            == (self._base(case.base) / "league.duckdb").read_bytes()
        )

    def _undisturbed(self, case: Case) -> None:
        self._restore(case.base)
        code = self._finish(self._start(case))
        assert code == 0, self._said()
        self._note_seconds(case.command)
        self.truth[case.command] = of_data(self._data(case)) | {"main": "True"}

    def _data(self, case: Case) -> Path:
        if case.command == "as of":
            return self.league.data / "as-of" / MOMENT.replace(":", "-")
        return self.league.data

    def _base(self, base: str) -> Path:
        folder = self.work / "bases" / base
        if not folder.exists():
            shutil.rmtree(self.league.data, ignore_errors=True)
            steps = [("winners", "other"), ("history", "other")]
            if base == "whole":
                # Built anew, and not published yet. The hours are too wild for the real models.
                steps = [("publish", "other"), ("winners", "race-data")]
            for command, source in steps:
                published = _file(self.league.data / "league.duckdb")
                notes = _file(self.league.data / "build/published.json")
                code = self._run(self.league.command(command, source)[2:], base)
                assert code == 0, self._said()
            if base == "whole":
                (self.league.data / "league.duckdb").write_bytes(published)
                (self.league.data / "build/published.json").write_bytes(notes)
            shutil.copytree(self.league.data, folder)
        return folder

    def _content_before(self, base: str) -> Content:
        if base not in self.published:
            self.published[base] = of_database(self._base(base) / "league.duckdb")
        return self.published[base]

    def _restore(self, base: str) -> None:
        folder = self._base(base)
        shutil.rmtree(self.league.data, ignore_errors=True)
        shutil.copytree(folder, self.league.data)

    def _start(self, case: Case) -> int:
        command = "winners" if case.command == "as of" else case.command
        given = self.league.command(command)[2:]
        given += ["--as-of", MOMENT] if case.command == "as of" else []
        return self.warm.start(given, self._environment(case.base))

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
        more |= {PROJECT: str(self.project)} if base == "small" else {}
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

    def _note_seconds(self, command: str) -> None:
        began = [*self._steps().items(), ("end", time.monotonic())]
        for (step, at), (_, next_at) in zip(began, began[1:], strict=False):
            self.seconds.setdefault((command, step), next_at - at)
            self.seconds[command, step] = min(self.seconds[command, step], next_at - at)

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
