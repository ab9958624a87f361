"""Build the same models on DuckDB and on Spark, and compare every published table."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import duckdb
from rich.table import Table

from ingest.database import sql_text
from ingest.report import load_rankings
from league.build import PROJECT, build_news, dbt_environment, project_with, run
from league.data_folder import at_work
from league.errors import LeagueError
from league.paths import literal
from league.rows import only_row
from league.terminal import Console
from league.text import say
from publish.database import read_artifact
from publish.tables import SCHEMA, published_tables
from spark.machine import refuse_unless_possible

# The models that Spark cannot read as DuckDB does, in its own words.
MODELS = Path(__file__).parent / "models"


def build_and_compare(data: Path, seeds: Path, source: str | None, master: str) -> bool:
    """Build `data` on DuckDB and on Spark, and print how every published table compares.

    data: an absolute path. seeds: the rows of the league. source: what is loaded first. master:
    what runs Spark's tasks, like local[2].

    Returns whether all tables are equal. Raises LeagueError where they were not compared.
    """
    refuse_unless_possible()
    with at_work(data):
        if source:
            load_rankings(data, seeds, source)
        elif not (data / "build/league.duckdb").is_file():
            raise LeagueError(
                f"Expected race data in {data}, found none. Name it, `make spark SOURCE=<folder "
                "or address>`, or run `make winners` first."
            )
        if build_news(data, seeds):
            raise LeagueError("Expected DuckDB's build to compare with; dbt says what failed.")
        folder = data / "build/spark"
        build(data / "build/league.duckdb", seeds, folder, master)
        return _compare_all(data / "build/league.duckdb", folder)


def build(database: Path, seeds: Path, folder: Path, master: str) -> None:
    """Build and test all models on Spark, from the raw tables of a build of DuckDB: every table
    becomes Parquet in `folder`/warehouse.

    master: what runs the tasks, in Spark's words: local[2], spark://host:7077.

    Raises LeagueError where not all was built, or a test failed; dbt has said why.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("target", "logs"):
        (folder / part).mkdir(parents=True)
    project = project_with(seeds, folder / "project")
    for model in MODELS.glob("*.sql"):
        (link,) = (project / "models").rglob(model.name)
        link.unlink()
        link.symlink_to(model)
    # Settings of a Spark that is installed elsewhere do not fit this one.
    ours = {k: v for k, v in dbt_environment(project, folder).items() if k[:6] != "SPARK_"}
    environment = ours | {"SPARK_MASTER": master, "PYTHONPATH": str(PROJECT)}
    if master.startswith("local"):
        environment["SPARK_LOCAL_IP"] = "127.0.0.1"
    command = [sys.executable, "-m", "spark.session", str(folder)]
    try:
        _export_raw(database, folder / "raw")
        if sys.stderr.isatty():
            say("Building on Spark …", aside=True)
        with (folder / "logs/spark.log").open("w") as log:
            code, _ = run(command, folder, environment, log)
    finally:
        # Spark's tables and the logs stay: they say why.
        for part in ("raw", "tmp"):
            shutil.rmtree(folder / part, ignore_errors=True)
    if code:
        raise LeagueError(
            f"Expected dbt to build everything on Spark; it ended with {code}. The logs are in "
            f"{folder / 'logs'}."
        )


def _export_raw(database: Path, to: Path) -> None:
    """Write every raw table (`raw`, `history`) as `to`/schema.table/rows.parquet."""
    with duckdb.connect(str(database), read_only=True) as built:
        tables = built.execute(
            """
            select table_schema || '.' || table_name from information_schema.tables
            where table_schema in ('raw', 'history') and table_type = 'BASE TABLE'
            """
        ).fetchall()
        for (table,) in tables:
            folder = to / table
            folder.mkdir(parents=True)
            built.execute(f"copy {table} to $file", {"file": str(folder / "rows.parquet")})


class Compared(NamedTuple):
    """One table: its rows on DuckDB, how many are there only, and on Spark only. `remark`
    says what differs, or is empty."""

    name: str
    rows: int
    only_duckdb: int
    only_spark: int
    remark: str = ""


def _compare_all(database: Path, folder: Path) -> bool:
    """Print how every published table compares; whether all are equal."""
    manifest = read_artifact(folder / "target/manifest.json")
    tables = [table.name for table in published_tables(manifest)]
    answers = folder / f"warehouse/{SCHEMA}.db"
    compared = compare(database, SCHEMA, tables, answers)
    show(compared, Console())
    different = [each.name for each in compared if each.remark]
    if different:
        say(
            f"spark: To see which rows: {Path(sys.executable).with_name('duckdb')} -readonly "
            f"{database}, then: from {different[0]} except all from "
            f"'{answers}/{different[0]}/*.parquet';",
            aside=True,
        )
    return not different


def compare(database: Path, schema: str, tables: list[str], folder: Path) -> list[Compared]:
    """Compare each table of `schema` in a DuckDB database with `folder`/table/*.parquet:
    `except all`, both ways."""
    with duckdb.connect(str(database), read_only=True) as built:
        return [_compare(built, f"{schema}.{table}", folder / table) for table in tables]


def _compare(built: duckdb.DuckDBPyConnection, table: str, folder: Path) -> Compared:
    (rows,) = only_row(built, f"select count(*) from {table}")
    files = sql_text(f"{literal(folder)}/*.parquet")
    theirs = f"read_parquet({files}, hive_partitioning = false)"
    expected, found = _columns(built, table), _columns(built, theirs)
    if expected != found:
        differences = ", ".join(" ".join(column) for column in sorted(found ^ expected))
        return Compared(folder.name, rows, rows, 0, f"other columns or types: {differences}")
    columns = ", ".join(f'"{column}"' for column, _ in sorted(expected))
    count = f"select count(*) from (select {columns} from {{}} except all select {columns} from {{}})"
    (only_ours,) = only_row(built, count.format(table, theirs))
    (only_theirs,) = only_row(built, count.format(theirs, table))
    remark = "differs" if only_ours or only_theirs else ""
    return Compared(folder.name, rows, only_ours, only_theirs, remark)


def _columns(built: duckdb.DuckDBPyConnection, relation: str) -> set[tuple[str, str]]:
    rows = built.execute(f"describe from {relation}").fetchall()
    return {(name, kind) for name, kind, *_ in rows}


def show(compared: list[Compared], console: Console) -> None:
    """Print one row per table, and how many are equal."""
    table = Table("table", box=None, pad_edge=False)
    for heading in ("rows", "only DuckDB", "only Spark"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for name, *counts, remark in compared:
        table.add_row(name, *(f"{count:,}" for count in counts), remark)
    console.print(table)
    equal = sum(not each.remark for each in compared)
    console.print(f"{equal} of {len(compared)} tables are equal.")
