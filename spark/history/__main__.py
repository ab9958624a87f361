"""Make the hourly history on Spark, say what was made, and compare it with DuckDB's."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

import duckdb

from ingest.errors import IngestError
from ingest.history.source import Source, open_source
from league.ending import ended
from league.lock import locked
from league.paths import data_folder, typed
from spark.errors import SparkError
from spark.history.board import plan as make_plan
from spark.history.job import load, spark_context

COMPARED = ("file", "snapshot", "row_version", "rank_run")


def main() -> int:
    from rich.console import Console

    from spark.compare import compare, show
    from spark.machine import refuse_unless_possible

    given = _options()
    data = given.data.resolve()
    database, out = data / "build/league.duckdb", data / "build/spark-history"
    try:
        refuse_unless_possible()
        with locked(data):
            print(_make(open_source(given.source.resolve()), out, data / "build/spark"))
    except (IngestError, SparkError) as stopped:
        print(f"spark: {stopped}", file=sys.stderr)
        return getattr(stopped, "exit_code", 1)
    if not _has_history(database):
        return 0
    compared = compare(database, "history", list(COMPARED), out, {})
    show(compared, Console())
    return 0 if all(each.is_equal for each in compared) else 1


def _make(source: Source, out: Path, cluster_folder: Path) -> str:
    """Encode what is new, on a cluster of this machine; what to say of it."""
    from spark.cluster import running

    plan = make_plan(source, out)
    if not plan.new:
        return f"nothing new; {plan.known:,} files were known"
    with running(cluster_folder, thrift=False) as cluster, spark_context(cluster) as context:
        done = load(context, source, plan.new, out, cluster.refuse_if_lost)
        ran = cluster.who_did_it()
    outcomes: Counter[str] = Counter()
    for task in done:
        outcomes.update(task.outcomes)
    counts = ", ".join(f"{count:,} {what}" for what, count in sorted(outcomes.items()))
    most = max(done, key=lambda task: task.memory)
    return (
        f"{counts or 'nothing new'}; {plan.known:,} files were known\n"
        f"{len(done):,} boards, {sum(task.seconds for task in done):,.0f} s of processor; "
        f"at most {most.memory / 1e6:,.0f} MB per task ({most.board}). {ran}"
    )


def _has_history(database: Path) -> bool:
    try:
        with duckdb.connect(str(database), read_only=True) as built:
            return bool(built.execute("select 1 from history.file limit 1").fetchall())
    except duckdb.Error:  # none built, or by another version of this project
        return False


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m spark.history",
        description="Make the hourly history on Spark, as Parquet in DATA/build/spark-history; "
        "where DATA has one of `make history`, compare the two.",
    )
    parser.add_argument("source", type=typed, help="folder in upstream's layout, or git clone")
    parser.add_argument(
        "--data", type=data_folder, default=os.environ.get("LEAGUE_DATA", "data")
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(ended("spark", main))
