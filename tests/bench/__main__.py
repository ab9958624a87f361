"""How long it takes and how it grows: `python -m tests.bench build`, `history` or `growth`.

build     `make winners` in turns with a yardstick, `dbt parse`; the ratio of the medians counts,
          because the machine may be busy
history   the history in turns with the plainest way to read the same files with DuckDB
growth    every step on an archive that is multiplied along one direction at a time

Processor seconds of a command and all it starts, and the most memory of one process. The
figures of a day are in docs/measurements.md.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.bench.multiply import DIRECTIONS
from tests.helpers.pipeline import ROOT, SHARED

PYTHON = sys.executable
LEAGUE = (PYTHON, "-m", "league")
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
        return f"{self.seconds:8.1f} s  {self.memory:8,.0f} MB  {self.size:8,.1f} MB file"


def run(*command: object, made: Path | None = None) -> Used:
    """Run a command to its end; `made` is the file or folder whose size counts."""
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"Expected {command} to end well, found status {status}.")
    files = [made, *made.rglob("*")] if made else []
    size = sum(file.stat().st_size for file in files if file.is_file())
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3, size / 1e6)


def build(source: Path, work: Path, turns: int) -> None:
    used: dict[str, list[float]] = {}
    for turn in range(turns):
        data, past = work / f"{turn}", work / f"{turn}-history"
        given = ("--source", source, "--data")
        run(*LEAGUE, "winners", *given, past)
        run(*LEAGUE, "history", *given, past)
        parse = ("-m", "dbt.cli.main", "parse", "--no-partial-parse", "--target-path")
        for step, command in {
            "dbt parse": (PYTHON, *parse, work / "target", "--log-path", work / "logs"),
            "winners": (*LEAGUE, "winners", *given, data),
            "built again": (*LEAGUE, "winners", *given, data, "--force"),
            "nothing new": (*LEAGUE, "winners", *given, data),
            "with the history": (*LEAGUE, "winners", *given, past, "--force"),
            "AS_OF": (*LEAGUE, "winners", *given, past, "--as-of", MOMENT),
        }.items():
            used.setdefault(step, []).append(run(*command).seconds)
            print(f"{step:<18} {used[step][-1]:6.1f} s", flush=True)
    medians = {step: statistics.median(seconds) for step, seconds in used.items()}
    for step, against, allowed in ALLOWED:
        ratio = medians[step] / medians[against]
        print(f"{step:<18} {ratio:.2f} x {against}, allowed: {allowed}")


def history(source: Path, work: Path, turns: int) -> None:
    ours, plain = work / "ours.duckdb", work / "plain.duckdb"
    times: dict[Path, list[float]] = {ours: [], plain: []}
    for turn in range(turns):
        for made, command in {
            ours: ("-m", "ingest.history", ours, source),
            plain: ("-c", YARDSTICK, plain, source),
        }.items():
            made.unlink(missing_ok=True)
            used = run(PYTHON, *command, made=made)
            times[made].append(used.seconds)
            print(f"{turn + 1} {made.stem:<8} {used}", flush=True)
    print(f"again      {run(PYTHON, '-m', 'ingest.history', ours, source)}")
    print(f"check      {run(PYTHON, '-m', 'ingest.history.check', ours, source)}")
    ratio = statistics.median(times[plain]) / statistics.median(times[ours])
    print(f"{ratio:.1f} times faster than plain DuckDB")


def growth(source: Path, work: Path, directions: list[str], times: int) -> None:
    """Every step of an archive and of `times` as much of it; by which power it grows."""
    print(
        f"| grows | step | × 1 | × {times} | time | memory | file |\n|---|---|---|---|---|---|---|"
    )
    for direction in directions:
        found = []
        for size in (1, times):
            archive, data = work / "archive", work / "data"
            for folder in (archive, data):
                shutil.rmtree(folder, ignore_errors=True)
            seeds = DIRECTIONS[direction](source, archive, size)
            found.append(every_step(archive, seeds, data))
        for step, less in found[0].items():
            more = found[1][step]
            powers = (
                f"{math.log(max(b, 1e-3) / max(a, 1e-3)) / math.log(times):.2f}"
                for a, b in zip(less, more, strict=True)
            )
            print(
                f"| {direction} | {step} | {less} | {more} | {' | '.join(powers)} |",
                flush=True,
            )


def every_step(archive: Path, seeds: Path, data: Path) -> dict[str, Used]:
    given = ("--data", data, "--source", archive, "--seeds", seeds)
    built = data / "build/league.duckdb"
    # More racers in a ranking than upstream's commit has is what is wanted here.
    load = (PYTHON, "-m", "ingest", *given, "--accept-changes")
    steps = {
        "load": (load, built),
        "history": ((PYTHON, "-m", "ingest.history", built, archive), built),
        "build, publish": ((*LEAGUE, "winners", *given, "--accept-changes"), data),
        "site, Parquet, CSV": ((*LEAGUE, "publish", *given, "--accept-changes"), data),
    }
    return {step: run(*command, made=made) for step, (command, made) in steps.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=["build", "history", "growth"])
    parser.add_argument("--source", type=Path, default=SHARED / "race-data")
    parser.add_argument("--work", type=Path, help="a folder with room for ten archives")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--directions", nargs="+", default=[*DIRECTIONS], choices=DIRECTIONS)
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.work) as name:
        source, work = given.source.resolve(), Path(name)
        if given.what == "build":
            build(source, work, given.turns)
        elif given.what == "history":
            history(source, work, given.turns)
        else:
            growth(source, work, given.directions, given.times)


if __name__ == "__main__":
    main()
