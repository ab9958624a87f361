"""How long `make winners` takes, measured in turns with a yardstick: `python -m tests.bench`.

The machine may be busy, so a lone time says nothing: each turn runs the yardstick and the
pipeline one after the other, and the ratio of the medians is what counts.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import SHARED, Pipeline

TURNS = 5
MOST = 3.0


def seconds(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--source", type=Path, default=SHARED / "race-data")
    source = parser.parse_args().source

    times: dict[str, list[float]] = {"dbt parse": [], "winners, first run": [], "winners, again": []}
    for turn in range(1, TURNS + 1):
        with tempfile.TemporaryDirectory() as folder:
            pipeline = Pipeline(Path(folder) / "first")
            (pipeline.data / "build").mkdir(parents=True)
            parse = ("dbt", "--quiet", "parse", "--no-partial-parse")
            times["dbt parse"].append(seconds(lambda: pipeline.run(*parse)))
            pipeline = Pipeline(Path(folder) / "second")
            times["winners, first run"].append(seconds(lambda: pipeline.winners(source)))
            times["winners, again"].append(seconds(lambda: pipeline.winners(source)))
        print(f"turn {turn}: " + ", ".join(f"{what} {t[-1]:.2f} s" for what, t in times.items()))

    yardstick = statistics.median(times["dbt parse"])
    for what, taken in times.items():
        print(f"{what:<20} {statistics.median(taken) / yardstick:.2f} x dbt parse")
    print(f"allowed: {MOST:.0f} x dbt parse")


if __name__ == "__main__":
    main()
