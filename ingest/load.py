"""Write what was read into schema `raw`: one transaction, rows and outcomes together.

raw.catalogue   one row per board of the catalogue, every column text
raw.rankings    one row per board and racer, every column text
raw.outcomes    one row per file of the last run, and what became of it
raw.source      one row: where the last run took its files from
"""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

import duckdb

from ingest.errors import IngestError
from ingest.history.schema import create_tables
from ingest.parse import CATALOGUE_COLUMNS, RANKING_COLUMNS, Broken, Table

# Beside upstream's columns every raw row says where it came from.
ORIGIN = (
    "leaderboard_arn varchar, source_file varchar, source_sha256 varchar, "
    "source_row integer, loaded_at_utc timestamp"
)


@dataclass
class File:
    """One file of a run: what was fetched, what was read, and what became of it.

    outcome: loaded, unchanged, not_published, empty or quarantined.
    """

    name: str
    leaderboard_arn: str | None
    body: bytes | None
    content: Table | Broken | None = None
    outcome: str = ""

    @cached_property
    def sha256(self) -> str | None:
        return None if self.body is None else hashlib.sha256(self.body).hexdigest()

    @property
    def new_columns(self) -> list[str]:
        """Columns that no file of upstream had so far."""
        header = self.content.header if isinstance(self.content, Table) else ()
        return [name for name in header if name not in CATALOGUE_COLUMNS + RANKING_COLUMNS]


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the build database for writing.

    Raises IngestError where another process has it open.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Rows are handed over one file after the other: a second thread only waits.
        database = duckdb.connect(str(path), config={"threads": 1})
    except duckdb.IOException as busy:
        raise IngestError(
            f"Expected to write to {path}, but it cannot be opened: {busy}. Close the "
            "shell or notebook that has the build database open; readers use the "
            "published file one folder up."
        ) from busy
    database.execute(
        f"""
        create schema if not exists raw;
        create table if not exists raw.catalogue ({_text(CATALOGUE_COLUMNS)}, {ORIGIN});
        create table if not exists raw.rankings ({_text(RANKING_COLUMNS)}, {ORIGIN});
        create table if not exists raw.outcomes (
            file varchar, leaderboard_arn varchar, outcome varchar,
            expected varchar, found varchar, place varchar,
            row_count integer, sha256 varchar, new_columns varchar[],
            checked_at_utc timestamp
        );
        """
    )
    # Empty without `make history`, but there: the models read them.
    create_tables(database)
    return database


def known_files(database: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """File name -> SHA-256 of what the raw tables hold of it."""
    return dict(
        database.execute(
            """
            select file, sha256 from raw.outcomes
            where outcome in ('loaded', 'unchanged', 'empty')
            """
        ).fetchall()
    )


def write(
    database: duckdb.DuckDBPyConnection,
    catalogue: File,
    rankings: list[File],
    source: str,
    ref: str | None,
) -> None:
    """Make schema `raw` hold exactly these files; all of it or, on any error, nothing."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    database.execute("begin")
    try:
        _write_table(database, "raw.catalogue", [catalogue], now)
        _write_table(database, "raw.rankings", rankings, now)
        database.execute("delete from raw.outcomes")
        _insert_rows(
            database, "raw.outcomes", [_outcome_row(f, now) for f in [catalogue, *rankings]]
        )
        # Made anew, so that a build database of an earlier version has no other columns.
        database.execute(
            """
            create or replace table raw.source as
            select $source::varchar as source, $ref::varchar as ref,
                $now::timestamp as loaded_at_utc, null::timestamp as as_of_utc
            """,
            {"source": source, "ref": ref, "now": now},
        )
        database.execute("commit")
    except BaseException:
        database.execute("rollback")
        raise


def _outcome_row(file: File, now: datetime) -> list:
    broken = file.content if isinstance(file.content, Broken) else None
    table = file.content if isinstance(file.content, Table) else None
    return [
        file.name,
        file.leaderboard_arn,
        file.outcome,
        broken and broken.expected,
        broken and broken.found,
        broken and broken.place,
        len(table.rows) if table else None,
        file.sha256,
        file.new_columns,
        now,
    ]


def _write_table(
    database: duckdb.DuckDBPyConnection,
    table: str,
    files: list[File],
    now: datetime,
) -> None:
    kept = [file.name for file in files if file.outcome == "unchanged"]
    database.execute(
        f"delete from {table} where not list_contains($kept::varchar[], source_file)",
        {"kept": kept},
    )

    by_header = defaultdict(list)
    for file in files:
        if file.outcome == "loaded":
            by_header[file.content.header].append(file)
    for header, same_header in by_header.items():
        for column in header:
            database.execute(
                f"alter table {table} add column if not exists {_quoted(column)} varchar"
            )
        _insert(database, table, header, same_header, now)


def _insert(
    database: duckdb.DuckDBPyConnection,
    table: str,
    header: tuple[str, ...],
    files: list[File],
    now: datetime,
) -> None:
    """Hand rows to DuckDB as one well-formed CSV: the quickest way in without pandas.

    Every cell is quoted, so an empty cell stays the empty text and no name becomes null.
    """
    database.execute(
        "create or replace temp table origins "
        "(number varchar, leaderboard_arn varchar, source_file varchar, sha256 varchar)"
    )
    _insert_rows(
        database,
        "origins",
        [
            [str(number), file.leaderboard_arn, file.name, file.sha256]
            for number, file in enumerate(files)
        ],
    )
    with tempfile.TemporaryDirectory() as folder:
        handed_over = Path(folder) / "rows.csv"
        with handed_over.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for number, file in enumerate(files):
                writer.writerows(
                    [*row, number, row_number]
                    for row_number, row in enumerate(file.content.rows, 1)
                )
        columns = [*header, "origin_number", "origin_row"]
        database.execute(
            f"""
            insert into {table} by name
            select
                {", ".join(f"rows.{_quoted(column)}" for column in header)},
                origins.leaderboard_arn,
                origins.source_file,
                origins.sha256 as source_sha256,
                rows.origin_row::integer as source_row,
                $now::timestamp as loaded_at_utc
            from read_csv(
                $file, auto_detect = false, header = false, delim = ',', quote = '"',
                escape = '"', allow_quoted_nulls = false, parallel = false,
                columns = {{{", ".join(f"{_literal(c)}: 'VARCHAR'" for c in columns)}}}
            ) as rows
            inner join origins on rows.origin_number = origins.number
            """,
            {"file": str(handed_over), "now": now},
        )


def _insert_rows(database: duckdb.DuckDBPyConnection, table: str, rows: list[list]) -> None:
    """Insert a few rows in one statement; one a row takes milliseconds each."""
    marks = "(" + ", ".join("?" * len(rows[0])) + ")"
    values = [cell for row in rows for cell in row]
    database.execute(f"insert into {table} values {', '.join([marks] * len(rows))}", values)


def _text(columns: tuple[str, ...]) -> str:
    return ", ".join(f"{_quoted(column)} varchar" for column in columns)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
