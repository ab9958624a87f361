"""How long `make winners` takes, measured in turns with a yardstick: `python -m bench.build`.

The machine may be busy, so a lone time says nothing: each turn runs the yardstick and the
pipeline one after the other, and the ratio of the medians is what counts; it is printed for
the time on the clock and for the processor's, which other people's work disturbs less. Three
promises are measured: a first run takes at most 3 times what `dbt parse` takes, all seasons
together take at most 1.3 times what 2021 alone takes, and looking back (AS_OF) takes at most
1.3 times what a run takes that is as far, with the history there in both.
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

from demo.fictional_season import copy_rules, write_rows
from ingest.source import CATALOGUE, final_ranking
from tests.helpers.pipeline import ROOT, SHARED, Pipeline, copy_project

TURNS = 5
ONE_SEASON = "2021"
WITH_HISTORY = "with the history"
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


def with_history(
    source: Path, data: Path
) -> tuple[Callable[[], object], Callable[[], object]]:
    """`make winners` and `make winners AS_OF=…` on data that has the history of `source`."""
    league = [sys.executable, "-m", "league"]
    given = ["--data", str(data), "--source", str(source)]

    def make(*command: str) -> object:
        return subprocess.run(
            [*league, *command, *given], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )

    make("winners")
    make("history")
    return lambda: make("winners"), lambda: make("winners", "--as-of", MOMENT)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.build", description=__doc__)
    parser.add_argument("--source", type=Path, default=SHARED / "race-data")
    source = parser.parse_args().source

    times: dict[str, list[tuple[float, float]]] = {
        what: []
        for what in (
            "dbt parse",
            "2021 alone",
            "all seasons",
            "all seasons again",
            WITH_HISTORY,
            "AS_OF",
        )
    }
    for turn in range(1, TURNS + 1):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            yardstick = Pipeline(folder / "parse")
            alone = one_season(source, folder / "alone")
            everything = Pipeline(folder / "all")
            now, then = with_history(source, folder / "history")
            for what, step in (
                ("dbt parse", lambda: yardstick.run("dbt", "parse", "--no-partial-parse")),
                ("2021 alone", lambda: alone.winners(folder / "alone/race-data")),
                ("all seasons", lambda: everything.winners(source)),
                ("all seasons again", lambda: everything.winners(source)),
                (WITH_HISTORY, now),
                ("AS_OF", then),
            ):
                times[what].append(seconds(step))
        print(
            f"turn {turn}: "
            + ", ".join(f"{what} {t[-1][0]:.1f} s" for what, t in times.items())
        )

    def ratios(what: str, yardstick: str) -> str:
        clock, processor = (
            statistics.median(taken[kind] for taken in times[what])
            / statistics.median(taken[kind] for taken in times[yardstick])
            for kind in (0, 1)
        )
        return f"{what:<18} {clock:.2f} x {yardstick} (processor: {processor:.2f})"

    for what in ("2021 alone", "all seasons", "all seasons again"):
        print(ratios(what, "dbt parse") + ", allowed: 3")
    print(ratios("all seasons", "2021 alone") + ", allowed: 1.3")
    print(ratios("AS_OF", WITH_HISTORY) + ", allowed: 1.3")


if __name__ == "__main__":
    main()
