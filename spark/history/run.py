"""Make the hourly history on Spark, say what was made, and compare it with DuckDB's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb

from ingest.history.source import Source, open_source
from league.made_here import at_work
from league.terminal import Console
from league.text import say
from spark.cluster import running
from spark.compare import compare, show
from spark.history.board import plan as make_plan
from spark.history.job import load, spark_context
from spark.machine import refuse_unless_possible

COMPARED = ("file", "snapshot", "row_version", "rank_run")


def load_and_compare(data: Path, source: Path) -> bool:
    """Make the history of `source` on Spark, as Parquet in `data`/build/spark-history, and
    compare it with the one that `data` has.

    Returns whether the two are equal, or there is only one. Raises SparkError or IngestError
    where Spark made none.
    """
    database, out = data / "build/league.duckdb", data / "build/spark-history"
    refuse_unless_possible()
    with at_work(data):
        say(_make(open_source(source), out, data / "build/spark"))
    if not _has_history(database):
        return True
    compared = compare(database, "history", list(COMPARED), out, {})
    show(compared, Console())
    return all(each.is_equal for each in compared)


def _make(source: Source, out: Path, cluster_folder: Path) -> str:
    """Encode what is new, on a cluster of this machine; what to say of it."""
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
