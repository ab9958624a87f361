"""A small league in a state before each step, and commands on it that are cut short.

The project that dbt builds is a small one (small_project.py), in a process that has imported
dbt already (warm.py), so that hundreds of runs can be cut short and gone on with.
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

from ingest.source import LEADERBOARDS
from tests.faults.content import Content, difference, of_data, of_database
from tests.faults.league import invented
from tests.faults.small_project import small_project
from tests.faults.snapshots import HEADERS, made_up_snapshot, name_of
from tests.faults.warm import PROJECT, STEPS, Warm

MOMENT = "2121-04-10T00:00:00Z"
HOURS = {"other": 4, "race-data": 8}
LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Case:
    """A step to be cut short, of a command on a base (a state of the folder of data)."""

    step: str
    command: str
    base: str


@dataclass(frozen=True)
class Cut:
    """A command that was sent a signal `share` of its step's time into it, and its end."""

    group: int
    code: int
    share: float
    seconds: float
    ended_in: float


class Stages:
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
        self._truth: dict[tuple[str, tuple[str, ...]], Content] = {}
        self._published: dict[str, Content] = {}
        # How long a step took when it was quickest.
        self._seconds: dict[tuple[str, str, str], float] = {}

    def cut(self, case: Case, share: float, number: signal.Signals, alone: bool) -> Cut | None:
        """Run the command on its base up to `share` (0 to 1) of the step's time, and send it
        a signal; to the command `alone`, or to all of its group. None where it always was
        quicker than that."""
        self.truth(case, self.command(case))
        for _ in range(10):
            self._restore(case.base)
            process = self.warm.start(self.command(case), self._environment(case.base))
            started = self._wait_for(case.step)
            if started is None:
                continue
            after = share * self._seconds[case.base, case.command, case.step]
            if self.warm.wait(started + after - time.monotonic()) is None:
                sent = time.monotonic()
                (os.kill if alone else os.killpg)(process, number)
                code = self._finish(process)
                if code:
                    return Cut(process, code, share, after, time.monotonic() - sent)
            share *= 0.8  # It was quicker this time.
        return None

    def command(self, case: Case, whole: bool = True) -> list[str]:
        """To be started, without python -m; `whole` up to the winners."""
        given = self.league.command("winners" if case.command == "as of" else case.command)[2:]
        source = str(self.work / "race-data")
        if case.step == "history" and not whole:
            return ["ingest.history", str(self.league.data / "build/league.duckdb"), source]
        if case.step == "ingest" and not whole:
            return ["ingest", *given[2:]]
        return [*given, "--as-of", MOMENT] if case.command == "as of" else given

    def run(self, case: Case, command: list[str]) -> int:
        code = self._run(command, case.base)
        self._note_seconds(case)
        return code

    def truth(self, case: Case, command: list[str]) -> Content:
        """What an undisturbed run of the command on the case's base ends in."""
        key = case.base, tuple(command)
        if key not in self._truth:
            self._restore(case.base)
            code = self.run(case, command)
            assert code == 0, self.said()
            self._truth[key] = self.content(case)
        return self._truth[key]

    def content(self, case: Case) -> Content:
        untouched = self._main_is_untouched(case)
        return of_data(self.data(case)) | {"the real result": str(untouched)}

    def published_is_wrong(self, case: Case) -> str | None:
        """What is published has the content of before, or of what it becomes undisturbed."""
        data = self.data(case)
        published, before = data / "league.duckdb", self._base(case.base) / "league.duckdb"
        if not self._main_is_untouched(case):
            return "looking back has changed the real result"
        if case.command == "as of":
            if not published.exists():
                return None
        elif published.read_bytes() == before.read_bytes():
            return None
        found = of_database(published)
        before_it = self._content_before(case.base)
        if found == before_it:
            return None
        new = {
            name.removeprefix("published "): told
            for name, told in self.truth(case, self.command(case)).items()
            if name.startswith("published ")
        }
        wrong = difference(new, found)
        return f"what is published is neither the old nor the new: {wrong}" if wrong else None

    def said(self) -> str:
        return _file(self.warm.said).decode(errors="replace")

    def data(self, case: Case) -> Path:
        if case.command == "as of":
            return self.league.data / "as-of" / MOMENT.replace(":", "-")
        return self.league.data

    def _main_is_untouched(self, case: Case) -> bool:
        return case.command != "as of" or (
            (self.league.data / "league.duckdb").read_bytes()
            == (self._base(case.base) / "league.duckdb").read_bytes()
        )

    def _base(self, base: str) -> Path:
        folder = self.work / "bases" / base
        if not folder.exists():
            shutil.rmtree(self.league.data, ignore_errors=True)
            # The hours are too wild for the real models.
            steps = ["winners", "history"] if base.startswith("small") else ["publish"]
            for command in steps:
                code = self._run(self.league.command(command, "other")[2:], base)
                assert code == 0, self.said()
            if base.endswith("built"):
                self._build_without_publishing(base)
            shutil.copytree(self.league.data, folder, symlinks=True)
        return folder

    def _build_without_publishing(self, base: str) -> None:
        """Build, publish, and put the release of before in place again."""
        current = self.league.data / "current"
        before = current.readlink()
        code = self._run(self.league.command("winners")[2:], base)
        assert code == 0, self.said()
        shutil.rmtree(current.resolve())
        current.unlink()
        current.symlink_to(before)

    def _content_before(self, base: str) -> Content:
        if base not in self._published:
            self._published[base] = of_database(self._base(base) / "league.duckdb")
        return self._published[base]

    def _restore(self, base: str) -> None:
        folder = self._base(base)
        shutil.rmtree(self.league.data, ignore_errors=True)
        shutil.copytree(folder, self.league.data, symlinks=True)

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
            self._seconds[one] = min(self._seconds.get(one, LONGEST_SECONDS), next_at - at)


def _file(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
