"""How long it takes and how it grows: `python -m tests.bench build`, `history` or `growth`.

build     `make winners` in turns with a yardstick, `dbt parse`; the ratio of the medians counts,
          because the machine may be busy
history   the history in turns with the plainest way to read the same files with DuckDB
growth    every step on an archive in which every row stands ten times, as other people

Processor seconds of a command and all it starts, the most memory of one process, and the size of
what came out. The figures of a day are in docs/measurements.md.
"""

from __future__ import annotations

import csv
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click

from ingest.source import CATALOGUE, LEADERBOARDS
from league.fictional_season import write_rows
from tests.helpers.pipeline import LOAD_HISTORY, ROOT, SHARED

LEAGUE = (sys.executable, "-m", "league")
HISTORY = (sys.executable, "-c", LOAD_HISTORY)
MOMENT = "2021-10-20T12:30:00Z"
# What is measured, against what, and how many times as long it may take.
ALLOWED = (
    ("winners", "dbt parse", 2.7),
    ("built again", "dbt parse", 2.7),
    ("nothing new", "dbt parse", 0.4),
    ("AS_OF", "with the history", 1.3),
)
YARDSTICK = """
import sys, duckdb
duckdb.connect(sys.argv[1]).execute(
    "create table snapshots as from read_csv(?, union_by_name = true, all_varchar = true, "
    "filename = true)", [sys.argv[2] + "/raw_data/leaderboards/*/*/*.csv"])
"""


class Used(NamedTuple):
    """Processor seconds, most memory of one process in MB, size of what came out in MB."""

    seconds: float
    memory: float
    size: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.memory:,.0f} MB, {self.size:,.1f} MB file"


def run(*command: object, made: Path | None = None) -> Used:
    """Run a command to its end; `made` is the file or folder whose size counts."""
    process = subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"Expected {command} to end well, found status {status}.")
    files = [made, *made.rglob("*")] if made else []
    size = sum(file.stat().st_size for file in files if file.is_file())
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3, size / 1e6)


def build(source: Path, work: Path) -> dict[str, Used]:
    data, past, given = work / "data", work / "past", ("--source", source, "--data")
    run(*LEAGUE, "winners", *given, past)
    run(*LEAGUE, "history", *given, past)
    parse = ("-m", "dbt.cli.main", "parse", "--no-partial-parse", "--target-path")
    return {
        "dbt parse": run(sys.executable, *parse, work / "target", "--log-path", work / "logs"),
        "winners": run(*LEAGUE, "winners", *given, data),
        "built again": run(*LEAGUE, "winners", *given, data, "--force"),
        "nothing new": run(*LEAGUE, "winners", *given, data),
        "with the history": run(*LEAGUE, "winners", *given, past, "--force"),
        "AS_OF": run(*LEAGUE, "winners", *given, past, "--as-of", MOMENT),
    }


def history(source: Path, work: Path) -> dict[str, Used]:
    ours, plain = work / "ours.duckdb", work / "plain.duckdb"
    return {
        "ours": run(*HISTORY, ours, source, made=ours),
        "again": run(*HISTORY, ours, source),
        "plain DuckDB": run(sys.executable, "-c", YARDSTICK, plain, source, made=plain),
    }


def every_step(source: Path, work: Path, times: int) -> dict[str, Used]:
    archive, data = work / "archive", work / "data"
    multiply(source, archive, times)
    built = data / "build/league.duckdb"
    # More racers in a ranking than upstream's commit has is what is wanted here.
    given = ("--data", data, "--source", archive, "--accept-changes")
    return {
        "load": run(*LEAGUE, "load", *given, made=built),
        "history": run(*HISTORY, built, archive, made=built),
        "build, publish": run(*LEAGUE, "winners", *given, made=data),
        "site, Parquet, CSV": run(*LEAGUE, "publish", *given, made=data),
    }


def multiply(source: Path, to: Path, times: int) -> None:
    """Write the archive with every row so many times, as other people who stand right behind
    each other."""
    for file in (source / LEADERBOARDS).glob("*/*/*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            header, *rows = [row for row in csv.reader(lines) if row] or [[]]
        others = [other(header, row, copy, times) for row in rows for copy in range(times)]
        write_rows(to / file.relative_to(source), header, others)
    shutil.copy2(source / CATALOGUE, to / CATALOGUE)


def other(header: list[str], row: list[str], copy: int, times: int) -> list[str]:
    cells = dict(zip(header, row, strict=True))
    if cells.get("Rank", "").isdigit():
        cells["Rank"] = str((int(cells["Rank"]) - 1) * times + copy + 1)
    # A letter that no id has, in the place of the first: what makes it today's id stays.
    for column in ("UserId", "Alias"):
        if copy and cells.get(column):
            cells[column] = chr(0x100 + copy) + cells[column][1:]
    return list(cells.values())


@click.command(help=__doc__)
@click.argument("what", type=click.Choice(["build", "history", "growth"]))
@click.option("--source", type=Path, default=SHARED / "race-data", show_default=True)
@click.option("--work", help="A folder with room for ten archives.")
@click.option("--turns", default=3, show_default=True)
@click.option("--times", default=10, show_default=True)
def main(what: str, source: Path, work: str | None, turns: int, times: int) -> None:
    def measure(step: Callable[..., dict[str, Used]], *more: object) -> dict[str, Used]:
        with tempfile.TemporaryDirectory(dir=work) as folder:
            return step(source.resolve(), Path(folder), *more)

    if what == "growth":
        less, more = (measure(every_step, size) for size in (1, times))
        for step, used in less.items():
            powers = [
                f"{math.log(max(b, 1e-3) / max(a, 1e-3)) / math.log(times):.2f}"
                for a, b in zip(used, more[step], strict=True)
            ]
            print(f"{step}: {used}; x {times}: {more[step]}; powers {powers}")
        return
    seconds = defaultdict(list)
    for _ in range(turns):
        for step, used in measure(build if what == "build" else history).items():
            seconds[step].append(used.seconds)
            print(f"{step:<18} {used}", flush=True)
    medians = {step: statistics.median(found) for step, found in seconds.items()}
    if what == "history":
        print(
            f"{medians['plain DuckDB'] / medians['ours']:.1f} times faster than plain DuckDB"
        )
    else:
        for step, against, allowed in ALLOWED:
            ratio = medians[step] / medians[against]
            print(f"{step:<18} {ratio:.2f} x {against}, allowed: {allowed}")


if __name__ == "__main__":
    main()
