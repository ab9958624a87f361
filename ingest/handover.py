"""How rows get into DuckDB: files as one well-formed CSV, which is the quickest way in without
pandas, and a few rows as one statement.

Every cell is quoted, so an empty cell stays the empty text and no name becomes null.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from common.rows import only_row
from ingest.database import Columns
from ingest.file import File


def insert_files(
    database: duckdb.DuckDBPyConnection,
    table: str,
    columns: Columns,
    header: tuple[str, ...],
    files: list[File],
    now: datetime,
) -> None:
    """Insert all rows of files that have the same header into a table of schema `raw`.

    columns: upstream's columns of the table; what else is in the header goes into
    other_columns.
    """
    database.execute(
        "create or replace temp table origins "
        "(number varchar, leaderboard_arn varchar, source_file varchar, sha256 varchar)"
    )
    insert_rows(
        database,
        "origins",
        [
            [str(number), file.leaderboard_arn, file.name, file.sha256]
            for number, file in enumerate(files)
        ],
    )
    ours = [name for name in header if name in columns]
    handed_over = _beside(database)
    try:
        with handed_over.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for number, file in enumerate(files):
                writer.writerows(_handed_over(file, number, columns))
        database.execute(
            _take_over(table, ours, has_others=len(ours) < len(header)),
            {"file": str(handed_over), "now": now},
        )
    finally:
        handed_over.unlink(missing_ok=True)


def _handed_over(file: File, number: int, columns: Columns) -> Iterator[list]:
    header = file.table.header
    ours = [place for place, name in enumerate(header) if name in columns]
    other = [place for place, name in enumerate(header) if name not in columns]
    for row_number, row in enumerate(file.table.rows, 1):
        if not other:
            yield [*row, "", number, row_number]
            continue
        beyond = {header[place]: row[place] for place in other}
        yield [
            *(row[place] for place in ours),
            json.dumps(beyond, ensure_ascii=False),
            number,
            row_number,
        ]


def _take_over(table: str, ours: list[str], has_others: bool) -> str:
    names = [*ours, "other_columns", "origin_number", "origin_row"]
    return f"""
        insert into raw.{table} by name
        select
            {", ".join(f"rows.{name}" for name in ours)},
            {"rows.other_columns" if has_others else "null"} as other_columns,
            origins.leaderboard_arn,
            origins.source_file,
            origins.sha256 as source_sha256,
            rows.origin_row::integer as source_row,
            $now::timestamp as loaded_at_utc
        from read_csv(
            $file, auto_detect = false, header = false, delim = ',', quote = '"',
            escape = '"', new_line = '\\n', allow_quoted_nulls = false,
            parallel = false, max_line_size = 8000000,
            columns = {{{", ".join(f"{name}: 'VARCHAR'" for name in names)}}}
        ) as rows
        inner join origins on rows.origin_number = origins.number
    """


def _beside(database: duckdb.DuckDBPyConnection) -> Path:
    """The file, beside the database, in which rows are on their way into it."""
    (path,) = only_row(
        database,
        "select path from duckdb_databases() where database_name = current_database()",
    )
    return Path(f"{path}.rows")


def insert_rows(database: duckdb.DuckDBPyConnection, table: str, rows: list[list]) -> None:
    """Insert a few rows in one statement; one a row takes milliseconds each."""
    marks = "(" + ", ".join("?" * len(rows[0])) + ")"
    values = [cell for row in rows for cell in row]
    database.execute(f"insert into {table} values {', '.join([marks] * len(rows))}", values)
