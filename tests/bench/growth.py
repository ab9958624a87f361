"""How the pipeline grows: `python -m tests.bench.growth`, for docs/scaling.md.

The archive in SOURCE is multiplied along one direction at a time:

boards   k copies of every board under other Arns, and of every season as another year; the
         same people race
racers   every row k times, as other people who stand behind each other
hours    k snapshots where there was one: what changed within an hour changes bit by bit

Each case is loaded, built, published and asked once. Processor seconds and the most memory of
one process are taken; the machine may be busy, so the clock says little. Rows of every
measurement go to WORK/growth.jsonl, and `--table` prints them with their growth exponents.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from tests.bench.multiply import DIRECTIONS
from tests.helpers.pipeline import ROOT, SHARED

BUILD = """
import sys
from pathlib import Path
from league.build import build
sys.exit(build(Path(sys.argv[1]), Path(sys.argv[2])))
"""
ASK = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as league:
    board, moment = league.execute(
        "select leaderboard_arn, snapshot_at from history.snapshot "
        "order by row_count desc, leaderboard_arn limit 1").fetchone()
    for _ in range(10):
        league.execute("from standings_at($1, $2)", [board, moment]).fetchall()
"""


class Used(NamedTuple):
    """Processor seconds, most memory of one process in bytes, size of what came out."""

    seconds: float
    memory: int
    size: int


def run(command: list[str], made: Path, environment: dict[str, str]) -> Used:
    """Run a command to its end; `made` is the file or folder whose size counts.

    Raises CalledProcessError where it fails.
    """
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(status, command, stderr=said.decode()[-2000:])
    size = made.stat().st_size if made.is_file() else folder_size(made)
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, size)


def folder_size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def measure(source: Path, seeds: Path, data: Path, with_hours: bool) -> dict[str, Used]:
    """Everything that is done to one archive, step by step."""
    python = sys.executable
    environment = {**os.environ, "LEAGUE_DATA": str(data), "LEAGUE_SEEDS": str(seeds)}
    built, published = data / "build/league.duckdb", data / "league.duckdb"
    target = str(data / "build/target")
    at = ["--data", str(data)]
    steps = {
        # More racers in a ranking than upstream's commit has is what is wanted here.
        "load": (["-m", "ingest", "--accept-changes", *at, "--source", str(source)], built),
        "history": (["-m", "ingest.history", str(built), str(source)], built),
        "build": (["-c", BUILD, str(data), str(seeds)], built),
        "publish": (["-m", "publish", *at, "--target", target], published),
        "standings_at, 10 times": (["-c", ASK, str(published)], published),
        "site, Parquet, CSV": (
            ["-m", "publish", *at, "--target", target, "--everything"],
            data / "site",
        ),
    }
    if not with_hours:
        del steps["history"], steps["standings_at, 10 times"]
    used = {}
    for step, (arguments, made) in steps.items():
        used[step] = run([python, *arguments], made, environment)
        print(f"  {step:<24} {used[step].seconds:8.1f} s  {used[step].memory / 1e6:8,.0f} MB")
    return used


def table(lines: list[dict]) -> str:
    """What was measured as Markdown: a row a direction and step, a column a size, and by which
    power of the size time, memory and file grow between the two largest."""
    found: dict[tuple[str, str], dict[int, Used]] = defaultdict(dict)
    for line in lines:
        for step, used in line["used"].items():
            found[line["direction"], step][line["times"]] = Used(*used)
    sizes = sorted({line["times"] for line in lines})
    heading = ["grows", "step", *(f"× {size}" for size in sizes), "time", "memory", "file"]
    rows = [heading, ["---"] * len(heading)]
    for (direction, step), by_size in found.items():
        cells = [_cell(by_size.get(size)) for size in sizes]
        rows.append([direction, step, *cells, *_exponents(by_size)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(used: Used | None) -> str:
    if used is None:
        return ""
    return f"{used.seconds:,.1f} s, {used.memory / 1e6:,.0f} MB, {used.size / 1e6:,.1f} MB"


def _exponents(by_size: dict[int, Used]) -> list[str]:
    if len(by_size) < 2:
        return [""] * 3
    smaller, larger = sorted(by_size)[-2:]
    ratio = math.log(larger / smaller)
    pairs = zip(by_size[smaller], by_size[larger], strict=True)
    return [
        f"{math.log(max(much, 1e-9) / max(less, 1e-9)) / ratio:.2f}" for less, much in pairs
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--source", type=Path, default=SHARED / "race-data")
    parser.add_argument("--directions", nargs="+", default=[*DIRECTIONS], choices=DIRECTIONS)
    parser.add_argument("--times", nargs="+", type=int, default=[1, 10])
    parser.add_argument("--without-hours", action="store_true", help="final rankings only")
    parser.add_argument("--work", type=Path, required=True, help="where there is room")
    parser.add_argument(
        "--table", action="store_true", help="print what WORK/growth.jsonl has"
    )
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    notes = given.work / "growth.jsonl"
    if not given.table:
        for direction, function in ((d, DIRECTIONS[d]) for d in given.directions):
            for times in given.times:
                print(f"{direction} × {times}", flush=True)
                archive, data = given.work / "archive", given.work / "data"
                for folder in (archive, data):
                    shutil.rmtree(folder, ignore_errors=True)
                seeds = function(given.source, archive, times, not given.without_hours)
                line = {"direction": direction, "times": times}
                line["hours"] = not given.without_hours
                line["used"] = measure(archive, seeds, data, not given.without_hours)
                with notes.open("a") as out:
                    out.write(json.dumps(line) + "\n")
    lines = [json.loads(line) for line in notes.read_text().splitlines()]
    for hours, title in ((True, "With the hours of twelve boards"), (False, "Final rankings")):
        if some := [line for line in lines if line["hours"] == hours]:
            print(f"\n{title}\n\n{table(some)}")


if __name__ == "__main__":
    main()
