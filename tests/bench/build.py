"""How long `make winners` takes, measured in turns with a yardstick: `python -m tests.bench.build`.

The machine may be busy, so a lone time says nothing: each turn runs the yardstick and the
pipeline one after the other, and the ratio of the medians is what counts; it is printed for
the time on the clock and for the processor's, which other people's work disturbs less. The
promises that are measured stand in ALLOWED.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ingest.source import CATALOGUE, final_ranking
from league.fictional_season import copy_rules, write_rows
from tests.helpers.pipeline import ROOT, SHARED, Pipeline, copy_project

TURNS = 5
ONE_SEASON = "2021"
# What is measured, against which yardstick, and how many times as long it may take.
ALLOWED = (
    ("all seasons", "dbt parse", 2.7),
    ("built again", "dbt parse", 2.7),
    ("nothing new", "dbt parse", 0.4),
    ("all seasons", "2021 alone", 1.3),
    ("AS_OF", "with the history", 1.3),
)
MOMENT = "2021-10-20T12:30:00Z"


def seconds(step: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and processor seconds of the processes that `step` starts."""
    before, started = os.times(), time.perf_counter()
    step()
    after = os.times()
    used = after.children_user + after.children_system
    return (
        time.perf_counter() - started,
        used - before.children_user - before.children_system,
    )


def one_season(source: Path, folder: Path) -> Pipeline:
    """The rows of one season, and beside them the files of its boards."""
    seeds = folder / "seeds"
    copy_rules(ROOT / "seeds", seeds, ONE_SEASON, int(ONE_SEASON))
    boards: set[str] = set()
    for seed in ("rounds.csv", "round_races.csv"):
        with (ROOT / "seeds" / seed).open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        rows = [row for row in rows if row[0] == ONE_SEASON]
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


def winners(data: Path, source: Path, *more: str) -> Callable[[], object]:
    """`make winners`, and what else is given."""
    command = [sys.executable, "-m", "league", "winners", "--data", str(data)]
    return lambda: subprocess.run(
        [*command, "--source", str(source), *more],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def with_history(source: Path, data: Path) -> None:
    """A build of `source` that has its history."""
    winners(data, source)()
    subprocess.run(
        [sys.executable, "-m", "league", "history", "--data", str(data), "--source", source],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.build", description=__doc__)
    parser.add_argument("--source", type=Path, default=SHARED / "race-data")
    parser.add_argument("--turns", type=int, default=TURNS)
    options = parser.parse_args()
    source = options.source

    times: dict[str, list[tuple[float, float]]] = {}
    for turn in range(1, options.turns + 1):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            yardstick = Pipeline(folder / "parse", warm=False)
            alone = one_season(source, folder / "alone")
            whole, past = folder / "all", folder / "history"
            with_history(source, past)
            steps: dict[str, Callable[[], object]] = {
                "dbt parse": lambda: yardstick.run("dbt", "parse", "--no-partial-parse"),
                "2021 alone": winners(
                    alone.data, folder / "alone/race-data", "--seeds", str(alone.seeds)
                ),
                "all seasons": winners(whole, source),
                "built again": winners(whole, source, "--force"),
                "nothing new": winners(whole, source),
                "with the history": winners(past, source, "--force"),
                "AS_OF": winners(past, source, "--as-of", MOMENT),
            }
            for what, step in steps.items():
                times.setdefault(what, []).append(seconds(step))
        print(
            f"turn {turn}: "
            + ", ".join(f"{what} {t[-1][0]:.1f} s" for what, t in times.items())
        )

    for what, against, allowed in ALLOWED:
        clock, processor = (
            statistics.median(taken[kind] for taken in times[what])
            / statistics.median(taken[kind] for taken in times[against])
            for kind in (0, 1)
        )
        print(
            f"{what:<12} {clock:.2f} x {against} (processor: {processor:.2f}), "
            f"allowed: {allowed}"
        )


if __name__ == "__main__":
    main()
