"""Spark's tables compared with DuckDB's: `except all`, both ways."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb
from rich.table import Table

from league.paths import literal
from league.rows import only_row
from league.terminal import Console


class Compared(NamedTuple):
    """One table: its rows on DuckDB, how many are there only, and on Spark only. `remark`
    says why the two could not be compared, or is empty."""

    name: str
    rows: int
    only_duckdb: int
    only_spark: int
    remark: str = ""

    @property
    def is_equal(self) -> bool:
        return not (self.only_duckdb or self.only_spark or self.remark)


def compare(database: Path, schema: str, tables: list[str], folder: Path) -> list[Compared]:
    """Compare each table of `schema` in a DuckDB database with `folder`/table/*.parquet."""
    with duckdb.connect(str(database), read_only=True) as built:
        return [_compared(built, f"{schema}.{table}", folder / table) for table in tables]


def _compared(built: duckdb.DuckDBPyConnection, table: str, folder: Path) -> Compared:
    name = table.split(".")[1]
    (rows,) = only_row(built, f"select count(*) from {table}")
    files = f"{literal(folder)}/*.parquet".replace("'", "''")
    theirs = f"read_parquet('{files}', hive_partitioning = false)"
    expected, found = _columns(built, table), _columns(built, theirs)
    if expected != found:
        differences = ", ".join(
            f"{column} {kind}" for column, kind in sorted(found ^ expected)
        )
        return Compared(name, rows, rows, 0, f"other columns or types: {differences}")
    columns = ", ".join(f'"{column}"' for column, _ in sorted(expected))
    ours, theirs = f"select {columns} from {table}", f"select {columns} from {theirs}"
    count = "select count(*) from ({} except all {})"
    (only_ours,) = only_row(built, count.format(ours, theirs))
    (only_theirs,) = only_row(built, count.format(theirs, ours))
    return Compared(name, rows, only_ours, only_theirs)


def _columns(built: duckdb.DuckDBPyConnection, relation: str) -> set[tuple[str, str]]:
    return {
        (name, kind)
        for name, kind, *_ in built.execute(f"describe from {relation}").fetchall()
    }


def show(compared: list[Compared], console: Console) -> None:
    """Print one row per table, and how many are equal."""
    table = Table("table", *(), box=None, pad_edge=False)
    for heading in ("rows", "only DuckDB", "only Spark"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for each in compared:
        counts = (f"{number:,}" for number in (each.rows, each.only_duckdb, each.only_spark))
        table.add_row(each.name, *counts, each.remark or ("" if each.is_equal else "differs"))
    console.print(table)
    equal = sum(each.is_equal for each in compared)
    console.print(f"{equal} of {len(compared)} tables are equal.")
