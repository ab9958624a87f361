"""Loading the history against the plainest way to read the same files with DuckDB.

    python -m tests.bench.history ARCHIVE [--runs N] [--work FOLDER]

ARCHIVE is a folder in upstream's layout (file names with colons). Both ways run in turns in
processes of their own, ours first and last, each after all files were read once so that they
are in the cache. Prints seconds, peak memory (resident, all processes summed, Linux only),
file size, the seconds of a second run and of the check, and the ratio of the medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).parents[2]
YARDSTICK = """
import sys, duckdb
with duckdb.connect(sys.argv[1]) as connection:
    connection.execute(
        "create table snapshots as select * from read_csv(?, union_by_name = true, "
        "all_varchar = true, filename = true)", [sys.argv[2] + "/*/*/*.csv"])
"""


class Run(NamedTuple):
    """Wall seconds and peak memory in bytes (0 where /proc is missing)."""

    seconds: float
    memory: int


def run(*command: str) -> Run:
    """Run a command to its end. Raises CalledProcessError if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, memory_of(process.pid))
        time.sleep(0.05)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(time.perf_counter() - start, peak)


def memory_of(pid: int) -> int:
    """Resident bytes of a process and all below it."""
    total = 0
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1]) * 1024
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return total
    return total + sum(memory_of(int(child)) for child in children)


def read_all(folder: Path) -> int:
    """Bring all files into the cache; their bytes."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb", buffering=0) as file:
                total += len(file.read())
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--runs", type=int, default=1, help="runs of the yardstick")
    parser.add_argument("--work", type=Path, help="folder for the databases")
    given = parser.parse_args()
    archive = given.archive.resolve()
    boards = archive / "raw_data/leaderboards"
    python = sys.executable
    ours: list[Run] = []
    theirs: list[Run] = []
    with tempfile.TemporaryDirectory(dir=given.work) as work:
        database, plain = Path(work, "build/league.duckdb"), Path(work, "plain.duckdb")
        database.parent.mkdir()

        def load_ours() -> None:
            database.unlink(missing_ok=True)
            size = read_all(boards)
            ours.append(run(python, "-m", "ingest.history", str(database), str(archive)))
            print(
                f"ours       {ours[-1].seconds:7.1f} s  {ours[-1].memory / 1e6:7,.0f} MB "
                f"memory  {database.stat().st_size / 1e6:7,.1f} MB file"
                f"  ({size / 1e9:.2f} GB read)",
                flush=True,
            )

        load_ours()
        for _ in range(given.runs):
            plain.unlink(missing_ok=True)
            read_all(boards)
            theirs.append(run(python, "-c", YARDSTICK, str(plain), str(boards)))
            print(
                f"yardstick  {theirs[-1].seconds:7.1f} s  {theirs[-1].memory / 1e6:7,.0f} MB "
                f"memory  {plain.stat().st_size / 1e6:7,.1f} MB file",
                flush=True,
            )
            load_ours()
        again = run(python, "-m", "ingest.history", str(database), str(archive))
        checked = run(
            python, "-m", "league", "check", "--data", work, "--source", str(archive)
        )
    print(f"second run {again.seconds:7.1f} s")
    print(
        f"check      {checked.seconds:7.1f} s  {checked.memory / 1e6:7,.0f} MB memory  "
        "no differences"
    )
    if theirs:
        ratio = statistics.median(r.seconds for r in theirs) / statistics.median(
            r.seconds for r in ours
        )
        print(f"ratio      {ratio:7.1f} x faster than the yardstick")


if __name__ == "__main__":
    main()
