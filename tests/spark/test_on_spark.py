"""The season of 2021 on Spark: `make spark`, as a person runs it.

Minutes each, so they run where Spark is installed (`make spark` installs it).
"""

from __future__ import annotations

import csv
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.source import CATALOGUE, final_ranking
from league.fictional_season import copy_rules, write_rows
from spark.machine import java_problem
from tests.helpers.pipeline import ROOT, Pipeline, copy_project, shared

pytest.importorskip("pyspark", reason="Spark is not installed: `make spark` does that")
if problem := java_problem():
    pytest.skip(problem, allow_module_level=True)


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Pipeline:
    """The season, not loaded yet; its folder has a space and an apostrophe in its name."""
    folder = tmp_path_factory.mktemp("spark") / "the league's data"
    return one_season(shared("race-data"), folder)


def one_season(source: Path, folder: Path) -> Pipeline:
    """The rows of one season, and beside them the files of its boards."""
    seeds = folder / "seeds"
    copy_rules(ROOT / "seeds", seeds, "2021", 2021)
    boards: set[str] = set()
    for seed in ("rounds.csv", "round_races.csv"):
        with (ROOT / "seeds" / seed).open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        rows = [row for row in rows if row[0] == "2021"]
        write_rows(seeds / seed, header, rows)
        boards |= {row[-1] for row in rows if row[-1].startswith("arn:")}
    with (source / CATALOGUE).open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    arn = header.index("Arn")
    write_rows(folder / "race-data" / CATALOGUE, header, [r for r in rows if r[arn] in boards])
    for board in boards:
        to = folder / "race-data" / final_ranking(board)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / final_ranking(board), to)
    return Pipeline(folder / "data", copy_project(folder / "project", seeds))


def make_spark(season: Pipeline) -> list[str]:
    source, seeds = season.data.parent / "race-data", season.seeds
    command = [sys.executable, "-m", "league", "spark", "--data", str(season.data)]
    return [*command, "--source", str(source), "--seeds", str(seeds)]


def processes_of(folder: Path) -> dict[int, str]:
    """Processes that have the folder in their command, and still run."""
    found = {}
    printed = subprocess.run(
        ["ps", "axwwo", "pid=,stat=,args="], capture_output=True, text=True
    )
    for line in printed.stdout.splitlines():
        number, state, command = line.split(maxsplit=2)
        if str(folder) in command and "-m league spark " not in command and "Z" not in state:
            found[int(number)] = command
    return found


def all_equal(output: str) -> bool:
    found = re.search(r"^(\d+) of (\d+) tables are equal", output, re.MULTILINE)
    return bool(found) and found[1] == found[2] and int(found[2]) > 20


def test_every_published_table_of_2021_is_equal(season):
    done = subprocess.run(make_spark(season), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all_equal(done.stdout)
    assert not processes_of(season.data)
    # What is large is gone; what says why is there.
    left = {file.name for file in (season.data / "build/spark").iterdir()}
    assert {"warehouse", "logs"} <= left
    assert not left & {"raw", "tmp"}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_leaves_no_process(season, number, code):
    running = subprocess.Popen(
        make_spark(season), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 300
    while not any("SparkSubmit" in each for each in processes_of(season.data).values()):
        assert time.monotonic() < until
        time.sleep(0.5)
    running.send_signal(number)
    assert running.wait(60) == code
    until = time.monotonic() + 30
    while processes_of(season.data):
        assert time.monotonic() < until, processes_of(season.data)
        time.sleep(0.2)


def test_a_variable_in_a_seed_does_not_become_its_value(tmp_path, monkeypatch):
    from spark.session import start

    monkeypatch.setenv("SPARK_MASTER", "local[1]")
    monkeypatch.setenv("LEAGUE_SECRET", "hunter2")
    session = start(tmp_path)
    try:
        text = "${env:LEAGUE_SECRET} ${spark.app.name}"
        assert session.sql(f"select '{text}' as cell").collect()[0].cell == text
    finally:
        session.stop()
