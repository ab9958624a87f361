"""Build the same models on DuckDB and on Spark, and compare every published table."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from ingest.report import load_rankings
from league.build import build_news
from league.made_here import at_work
from league.paths import PROJECT_SEEDS
from league.terminal import Console
from league.text import say
from publish.database import read_artifact
from publish.tables import SCHEMA, published_tables
from spark.build import build, sparks_project
from spark.cluster import HOST, running
from spark.compare import compare, fetch, show
from spark.errors import NoCluster, SparkError
from spark.machine import refuse_unless_possible
from spark.raw import create_raw, export_raw
from spark.watch import watched

Answer = TypeVar("Answer")


def build_and_compare(
    data: Path, seeds: Path | None, source: str | None, thrift: tuple[str, int] | None
) -> bool:
    """Build `data` on DuckDB and on Spark, and print how every published table compares.

    data: an absolute path. seeds: the rows of another league; none for those of this project.
    source: what is loaded first. thrift: host and port of a Thrift server that is there; one is
    started without it.

    Returns whether all tables are equal. Raises SparkError where they were not compared.
    """
    refuse_unless_possible(needs_java=not thrift)
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
        return _compared(data, seeds, thrift)


def _compared(data: Path, seeds: Path | None, thrift: tuple[str, int] | None) -> bool:
    database, folder = data / "build/league.duckdb", data / "build/spark"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "target").mkdir(parents=True)
    project = sparks_project(seeds, folder / "project")
    try:
        rows = export_raw(database, folder / "raw")
        with _spark(folder, thrift) as (address, cluster):
            watch = cluster.refuse_if_lost if cluster else lambda: None
            _ask(address, watch, lambda cursor: create_raw(cursor, folder / "raw", rows))
            _say("Building on Spark …")
            build(folder, project, address, watch)
            tables = [
                table.name
                for table in published_tables(read_artifact(folder / "target/manifest.json"))
            ]
            missing = _ask(
                address, watch, lambda cursor: fetch(cursor, tables, folder / "answers")
            )
            ran = cluster.who_did_it() if cluster else ""
    finally:
        # The answers and the logs stay, for whoever wants to know why. On a cluster that was
        # there before, the tables do, and they are made of the raw ones.
        for part in () if thrift else ("raw", "warehouse", "tmp"):
            shutil.rmtree(folder / part, ignore_errors=True)
    compared = compare(database, SCHEMA, tables, folder / "answers", missing)
    show(compared, Console())
    if ran:
        say(ran)
    different = [each.name for each in compared if not each.is_equal]
    if different:
        say(
            f"spark: To see which rows: {Path(sys.executable).with_name('duckdb')} -readonly "
            f"{database}, then: from {different[0]} except all from "
            f"'{folder}/answers/{different[0]}/*.parquet';",
            aside=True,
        )
    return not different


@contextmanager
def _spark(folder: Path, thrift: tuple[str, int] | None) -> Iterator[tuple]:
    """Where Spark answers, and the cluster if it was started for this."""
    if thrift:
        yield thrift, None
        return
    _say("Starting a master, two workers and a Thrift server …")
    with running(folder) as cluster:
        yield (HOST, cluster.thrift), cluster


def _ask(
    address: tuple[str, int], watch: Callable[[], object], question: Callable[[Any], Answer]
) -> Answer:
    """What `question` gives, which is called with a cursor on the Thrift server."""

    def ask() -> Answer:
        with _asking(address) as cursor:
            return question(cursor)

    return watched(ask, watch)


@contextmanager
def _asking(address: tuple[str, int]) -> Iterator:
    """A cursor on the Thrift server at this address."""
    from pyhive import hive

    host, port = address
    # What Thrift says of an error stands in the sentence.
    logging.getLogger("thrift").addHandler(logging.NullHandler())
    try:
        connection = hive.connect(host=host, port=port, username="league")
    except Exception as refused:  # Thrift's errors and the network's.
        raise NoCluster(
            f"Expected Spark's Thrift server at {host}:{port}, found: {refused}. Is it up, and "
            "does it let you in without a password?"
        ) from refused
    with connection, connection.cursor() as cursor:
        yield cursor


def _say(sentence: str) -> None:
    if sys.stderr.isatty():
        say(sentence, aside=True)
