"""Command line: `python -m spark --help`."""

from __future__ import annotations

import argparse
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from league.ending import ended
from league.lock import locked
from league.made_here import claim
from league.paths import data_folder, typed

Answer = TypeVar("Answer")

EXIT_CODES = """exit codes:
  0  built on Spark as well, and every published table is equal
  1  a table differs, or not everything was built; what was found is said
  2  wrong arguments
  3, 4  nothing was built: see python -m ingest --help
  5  no Java, or Spark's packages are not installed
  6  the cluster did not start or did not last, or is not for us
  130, 143  stopped by Ctrl-C, or by a signal to end; nothing runs any more
"""


def main(arguments: list[str] | None = None) -> int:
    # Imported where Ctrl-C is minded already: it takes a while.
    from league.build import LeagueError
    from spark.errors import SparkError
    from spark.machine import refuse_unless_possible

    options = _options(arguments)
    data = options.data.resolve()
    seeds = typed(options.seeds).resolve() if options.seeds else None
    try:
        thrift = _address(options.thrift) if options.thrift else None
        refuse_unless_possible(needs_java=not thrift)
        with locked(data):
            claim(data)
            return _answer(data, options, seeds) or _compared(data, seeds, thrift)
    except (LeagueError, SparkError) as stopped:
        print(f"spark: {stopped}", file=sys.stderr)
        return getattr(stopped, "exit_code", 1)


def _answer(data: Path, options: argparse.Namespace, seeds: Path | None) -> int:
    """DuckDB's answer, which Spark's is compared with: load and build what is new."""
    from ingest.__main__ import main as ingest
    from league.build import build_news
    from spark.errors import SparkError

    if options.source:
        given = ["--data", str(data), "--source", options.source]
        code = ingest(given + (["--seeds", options.seeds] if options.seeds else []))
        if code:
            return code
    elif not (data / "build/league.duckdb").is_file():
        raise SparkError(
            f"Expected race data in {data}, found none. Name it, `make spark SOURCE=<folder or "
            "address>`, or run `make winners` first."
        )
    return build_news(data, seeds)


def _compared(data: Path, seeds: Path | None, thrift: tuple[str, int] | None) -> int:
    from rich.console import Console

    from publish.database import read_artifact
    from publish.tables import SCHEMA, published_tables
    from spark.build import build, sparks_project
    from spark.compare import compare, fetch, show
    from spark.raw import create_raw, export_raw

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
        print(ran)
    different = [each.name for each in compared if not each.is_equal]
    if different:
        print(
            f"spark: To see which rows: {Path(sys.executable).with_name('duckdb')} -readonly "
            f"{database}, then: from {different[0]} except all from "
            f"'{folder}/answers/{different[0]}/*.parquet';",
            file=sys.stderr,
        )
    return 1 if different else 0


@contextmanager
def _spark(folder: Path, thrift: tuple[str, int] | None) -> Iterator[tuple]:
    """Where Spark answers, and the cluster if it was started for this."""
    from spark.cluster import HOST, running

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
    from spark.watch import watched

    def ask() -> Answer:
        with _asking(address) as cursor:
            return question(cursor)

    return watched(ask, watch)


@contextmanager
def _asking(address: tuple[str, int]) -> Iterator:
    """A cursor on the Thrift server at this address."""
    from pyhive import hive

    from spark.errors import NoCluster

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
        print(sentence, file=sys.stderr)


def _address(text: str) -> tuple[str, int]:
    found = re.fullmatch(r"(.+):(\d{1,5})", text)
    if not found:
        print(
            f"Expected SPARK_THRIFT= as host:port, like spark.example.org:10000, found {text!r}.",
            file=sys.stderr,
        )
        sys.exit(2)
    return found[1].strip("[]"), int(found[2])


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m spark",
        description="Build the same models on Apache Spark and compare every published table "
        "with DuckDB's.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=data_folder, default=os.environ.get("LEAGUE_DATA", "data")
    )
    parser.add_argument("--source", default="", help="load this first: a folder or an address")
    parser.add_argument("--seeds", default="", help="a folder with the rows of another league")
    parser.add_argument(
        "--thrift",
        default=os.environ.get("SPARK_THRIFT", ""),
        help="host:port of a Thrift server that is there (default: start one, or $SPARK_THRIFT)",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(ended("spark", main))
