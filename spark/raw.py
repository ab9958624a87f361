"""The raw tables of a DuckDB build as Parquet files, and those files as tables of Spark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from league.rows import only_row
from spark.errors import NoCluster, SparkError

SCHEMAS = ("raw", "history", "seeds", "staging", "intermediate", "main")
# Marks a schema of Spark as ours: it may be dropped and created again.
OURS = "Who won what in the AWS DeepRacer League"


def export_raw(database: Path, to: Path) -> dict[str, int]:
    """Write every raw table (`raw`, `history`) as `to`/schema.table/rows.parquet.

    Returns `schema.table` -> rows.
    """
    written = {}
    with duckdb.connect(str(database), read_only=True) as built:
        tables = built.execute(
            """
            select table_schema || '.' || table_name from information_schema.tables
            where table_schema in ('raw', 'history') and table_type = 'BASE TABLE'
            order by all
            """
        ).fetchall()
        for (table,) in tables:
            folder = to / table
            folder.mkdir(parents=True)
            built.execute(f"copy {table} to $file", {"file": str(folder / "rows.parquet")})
            written[table] = only_row(built, f"select count(*) from {table}")[0]
    return written


def create_raw(cursor: Any, folder: Path, rows: dict[str, int]) -> None:
    """Drop and create all schemas, with a table for every exported one.

    cursor: of a connection with Spark. rows: what `export_raw` returned.

    Raises NoCluster where a schema belongs to another project, SparkError where Spark does not
    see the files.
    """
    for schema in SCHEMAS:
        cursor.execute(f"show schemas like '{schema}'")
        if cursor.fetchall():
            _refuse_unless_ours(cursor, schema)
            cursor.execute(f"drop schema {schema} cascade")
        cursor.execute(f"create schema {schema} comment '{OURS}'")
    for table, expected in rows.items():
        where = folder / table
        try:
            cursor.execute(f"create table {table} using parquet location '{quoted(where)}'")
            cursor.execute(f"select count(*) from {table}")
            ((found,),) = cursor.fetchall()
        except Exception as refused:  # PyHive's and Thrift's errors have nothing in common.
            raise SparkError(_not_seen(where, first_line(refused))) from refused
        if found != expected:
            raise SparkError(_not_seen(where, f"{found:,} rows instead of {expected:,}"))


def quoted(folder: Path) -> str:
    """A folder of this machine's file system, for a text in Spark's SQL."""
    return f"file:{folder}".replace("\\", "\\\\").replace("'", "\\'")


def first_line(error: Exception) -> str:
    """The message of an error of PyHive, without the trace of Java."""
    status = getattr(error.args[0], "status", None) if error.args else None
    message = getattr(status, "errorMessage", None) or str(error) or type(error).__name__
    return message.strip().splitlines()[0]


def _refuse_unless_ours(cursor: Any, schema: str) -> None:
    cursor.execute(f"describe schema {schema}")
    if OURS not in [value for _, value in cursor.fetchall()]:
        raise NoCluster(
            f"Expected no schema {schema} on this cluster, or one of this project; found "
            "another project's, which is left alone. Use a cluster, or a metastore, of its own."
        )


def _not_seen(folder: Path, found: str) -> str:
    return (
        f"Expected Spark to read {folder}, found: {found}. Every worker has to see this folder "
        "by this path: with SPARK_THRIFT, put DATA on a disk that the cluster shares."
    )
