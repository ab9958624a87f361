"""Build the same models on DuckDB and on Spark, and compare every published table."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from ingest.report import load_rankings
from league.build import build_news
from league.made_here import at_work
from league.paths import PROJECT_SEEDS
from league.terminal import Console
from league.text import say
from publish.database import read_artifact
from publish.tables import SCHEMA, published_tables
from spark.build import build, sparks_project
from spark.compare import compare, show
from spark.errors import SparkError
from spark.machine import refuse_unless_possible
from spark.raw import export_raw


def build_and_compare(data: Path, seeds: Path | None, source: str | None, master: str) -> bool:
    """Build `data` on DuckDB and on Spark, and print how every published table compares.

    data: an absolute path. seeds: the rows of another league; none for those of this project.
    source: what is loaded first. master: what runs Spark's tasks, like local[2].

    Returns whether all tables are equal. Raises SparkError where they were not compared.
    """
    refuse_unless_possible()
    with at_work(data):
        if source:
            load_rankings(data, seeds or PROJECT_SEEDS, source)
        elif not (data / "build/league.duckdb").is_file():
            raise SparkError(
                f"Expected race data in {data}, found none. Name it, `make spark SOURCE=<folder "
                "or address>`, or run `make winners` first."
            )
        if build_news(data, seeds):
            raise SparkError("Expected DuckDB's build to compare with; dbt says what failed.")
        return _compared(data, seeds, master)


def _compared(data: Path, seeds: Path | None, master: str) -> bool:
    database, folder = data / "build/league.duckdb", data / "build/spark"
    answers = folder / f"warehouse/{SCHEMA}.db"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "target").mkdir(parents=True)
    project = sparks_project(seeds, folder / "project")
    try:
        export_raw(database, folder / "raw")
        if sys.stderr.isatty():
            say("Building on Spark …", aside=True)
        build(folder, project, master)
    finally:
        # Spark's tables and the logs stay: they say why.
        for part in ("raw", "tmp"):
            shutil.rmtree(folder / part, ignore_errors=True)
    manifest = read_artifact(folder / "target/manifest.json")
    tables = [table.name for table in published_tables(manifest)]
    compared = compare(database, SCHEMA, tables, answers)
    show(compared, Console())
    different = [each.name for each in compared if not each.is_equal]
    if different:
        say(
            f"spark: To see which rows: {Path(sys.executable).with_name('duckdb')} -readonly "
            f"{database}, then: from {different[0]} except all from "
            f"'{answers}/{different[0]}/*.parquet';",
            aside=True,
        )
    return not different
