"""Killed at a random moment: the old or the new is published, and the next run needs no hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import NamedTuple

import duckdb
import pytest

from tests.faults.league import League, Tables, invented
from tests.helpers.thorough import SEED, THOROUGH

TURNS = range(20 if THOROUGH else 1)
AS_OF = "2121-05-01T03:00:00Z"
# What is killed -> what is run next.
NEXT = {
    "ingest": "winners",
    "winners": "winners",
    "history": "history",
    "publish": "publish",
    "as of": "as of",
}


class Undisturbed(NamedTuple):
    """How long a command takes, and what there is after it."""

    seconds: float
    published: Tables | None
    files: dict[str, str]
    names: list[str]


def command(league: League, name: str) -> list[str]:
    if name == "as of":
        return [*league.command("winners"), "--as-of", AS_OF]
    if name == "ingest":
        # The same options, for the step alone.
        _, module, _, _, *given = league.command("winners")
        return [sys.executable, module, "ingest", *given]
    return league.command(name)


def result(league: League, name: str) -> League:
    """Where a command publishes."""
    if name == "as of":
        return League(league.folder, league.data / "as-of" / AS_OF.replace(":", "-"))
    return league


def names(league: League) -> list[str]:
    """What lies in the folder of data and in the one of the build."""
    folders = [f for f in (league.data, league.data / "build") if f.is_dir()]
    return sorted(str(p.relative_to(league.data)) for f in folders for p in f.iterdir())


def kill(process: subprocess.Popen, after: float) -> None:
    """Kill a command and all that it has started."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(after)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def observe(league: League, seconds: float = 0) -> Undisturbed:
    return Undisturbed(seconds, league.published(), league.files(), names(league))


def run_undisturbed(league: League, *commands: list[str]) -> float:
    """The seconds that the first of the commands took."""
    seconds = []
    for each in commands:
        began = time.monotonic()
        code, printed = league.run(each)
        assert code == 0, printed
        seconds.append(time.monotonic() - began)
    return seconds[0]


@pytest.fixture(scope="module")
def league(tmp_path_factory) -> League:
    """A league of which everything is published, and to which another archive is new."""
    league = invented(tmp_path_factory.mktemp("killed"))
    run_undisturbed(
        league, league.command("publish", "other"), league.command("history", "other")
    )
    return league


@pytest.fixture(scope="module")
def undisturbed(league, tmp_path_factory) -> Callable[[str], Undisturbed]:
    known: dict[str, Undisturbed] = {}

    def undisturbed(name: str) -> Undisturbed:
        if name not in known:
            there = league.copy(tmp_path_factory.mktemp("undisturbed") / "data")
            steps = dict.fromkeys([name, NEXT[name]])
            seconds = run_undisturbed(there, *(command(there, step) for step in steps))
            known[name] = observe(result(there, NEXT[name]), seconds)
        return known[name]

    return undisturbed


@pytest.mark.thorough
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("name", NEXT)
def test_a_killed_command_leaves_the_old_or_the_new_and_the_next_run_mends_the_rest(
    name, turn, league, undisturbed, tmp_path
):
    new, there = undisturbed(name), league.copy(tmp_path / "data")
    end = result(there, name)
    old_or_new = (end.published(), new.published)
    after = Random(f"{SEED} {name} {turn}").uniform(0, new.seconds)
    kill(there.start(command(there, name)), after)
    assert end.published() in old_or_new
    if (end.data / "build/league.duckdb").exists():
        publish = [sys.executable, "-m", "publish", "--data", str(end.data)]
        code, printed = there.run([*publish, "--target", str(end.data / "build/target")])
        assert code in (0, 1) and "Traceback" not in printed
        assert end.published() in old_or_new
    code, printed = there.run(command(there, NEXT[name]))
    assert code == 0, printed
    assert observe(end, new.seconds) == new
    if name == "as of":
        assert there.published() == league.published()


@pytest.fixture(scope="module")
def publishing(demo_built, tmp_path_factory) -> tuple[League, Undisturbed]:
    """A build of which an earlier state is published, and what publishing it ends in."""
    folder = tmp_path_factory.mktemp("publishing")
    league = League(folder, demo_built.data).copy(folder / "data")
    there = league.copy(folder / "undisturbed")
    new = observe(there, run_undisturbed(there, publish_everything(there)))
    with duckdb.connect(str(league.data / "league.duckdb")) as published:
        published.execute("update prize_winners set alias = 'of an earlier build'")
    return league, new


def publish_everything(league: League) -> list[str]:
    publish = [sys.executable, "-m", "publish", "--everything", "--data", str(league.data)]
    return [*publish, "--target", str(league.data / "build/target")]


@pytest.mark.parametrize("turn", TURNS)
def test_killed_while_publishing_the_old_or_the_new_is_there(turn, publishing, tmp_path):
    league, new = publishing
    there = league.copy(tmp_path / "data")
    old_or_new = (there.published(), new.published)
    after = Random(f"{SEED} {turn}").uniform(0, new.seconds)
    kill(there.start(publish_everything(there)), after)
    assert there.published() in old_or_new
    assert there.run(publish_everything(there))[0] == 0
    assert observe(there, new.seconds) == new
