"""Write what was read into schema `raw`: one transaction, rows and outcomes together.

raw.catalogue   one row per board of the catalogue, every column text
raw.rankings    one row per board and racer, every column text
raw.outcomes    one row per file of the last run, and what became of it
raw.source      one row: where the last run took its files from

A column that upstream has never had goes into `other_columns`, a JSON object, as in schema
`history`. So the tables have the same columns whatever a file's header says, and no name in
it can meet one of ours.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

import duckdb

from ingest.database import Columns
from ingest.errors import Broken
from ingest.parse import CATALOGUE_COLUMNS, RANKING_COLUMNS, Table
from ingest.transaction import transaction
from league.rows import only_row


@dataclass
class File:
    """One file of a run: what was fetched, what was read, and what became of it.

    outcome: loaded, unchanged, not_published, empty or quarantined.
    known_rows: how many rows the file had when it was last understood, if ever.
    """

    name: str
    leaderboard_arn: str | None
    body: bytes | None
    content: Table | Broken | None = None
    outcome: str = ""
    known_rows: int | None = None

    @cached_property
    def sha256(self) -> str | None:
        return None if self.body is None else hashlib.sha256(self.body).hexdigest()

    @cached_property
    def git_blob(self) -> str | None:
        """The id that git gives to the content."""
        if self.body is None:
            return None
        # A name that git gives to a content; nobody is kept out by it.
        return hashlib.sha1(
            b"blob %d\0%b" % (len(self.body), self.body), usedforsecurity=False
        ).hexdigest()

    @property
    def table(self) -> Table:
        """What was understood; a table without anything where nothing was."""
        return self.content if isinstance(self.content, Table) else Table((), [])

    @property
    def row_count(self) -> int:
        """How many rows were understood; 0 where there are none to understand."""
        return len(self.table.rows)

    @property
    def new_columns(self) -> list[str]:
        """Columns that no file of upstream had so far."""
        return [
            name
            for name in self.table.header
            if name not in CATALOGUE_COLUMNS + RANKING_COLUMNS
        ]


@dataclass(frozen=True)
class Known:
    """What the raw tables hold of one file, and how many rows it had when last understood."""

    sha256: str | None
    row_count: int | None


def known_files(database: duckdb.DuckDBPyConnection) -> dict[str, Known]:
    """File name -> what is known of it from the runs before."""
    rows = database.execute(
        """
        select
            file,
            case when outcome in ('loaded', 'unchanged', 'empty') then sha256 end,
            row_count
        from raw.outcomes
        """
    ).fetchall()
    return {file: Known(sha256, row_count) for file, sha256, row_count in rows}


def known_boards(database: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Arn -> name of the winner, or the empty text, as the catalogue of the last run said."""
    return dict(
        database.execute("select Arn, coalesce(WinnerAlias, '') from raw.catalogue").fetchall()
    )


def write(
    database: duckdb.DuckDBPyConnection,
    catalogue: File,
    rankings: list[File],
    source: str,
    ref: str | None,
) -> None:
    """Make schema `raw` hold exactly these files; all of it or, on any error, nothing.

    source: as everybody may know it.
    """
    now = this_moment()
    with transaction(database):
        _write_table(database, "catalogue", CATALOGUE_COLUMNS, [catalogue], now)
        _write_table(database, "rankings", RANKING_COLUMNS, rankings, now)
        database.execute("delete from raw.outcomes")
        _insert_rows(
            database, "raw.outcomes", [_outcome_row(f, now) for f in [catalogue, *rankings]]
        )
        database.execute("delete from raw.source")
        _insert_rows(database, "raw.source", [[source, ref, now, None]])


def this_moment() -> datetime:
    """Now, in UTC without a zone; or SOURCE_DATE_EPOCH, for whoever wants the same bytes again
    (reproducible-builds.org)."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdigit():
        return datetime.fromtimestamp(int(given), timezone.utc).replace(tzinfo=None)
    return datetime.now(timezone.utc).replace(tzinfo=None)


def _outcome_row(file: File, now: datetime) -> list:
    broken = file.content if isinstance(file.content, Broken) else None
    return [
        file.name,
        file.leaderboard_arn,
        file.outcome,
        broken and broken.expected,
        broken and broken.found,
        broken and broken.place,
        file.row_count if isinstance(file.content, Table) else file.known_rows,
        file.sha256,
        file.new_columns,
        now,
    ]


def _write_table(
    database: duckdb.DuckDBPyConnection,
    table: str,
    columns: Columns,
    files: list[File],
    now: datetime,
) -> None:
    kept = [file.name for file in files if file.outcome == "unchanged"]
    database.execute(
        f"delete from raw.{table} where not list_contains($kept::varchar[], source_file)",
        {"kept": kept},
    )
    by_header = defaultdict(list)
    for file in files:
        if file.outcome == "loaded":
            by_header[file.table.header].append(file)
    for header, same_header in by_header.items():
        _insert(database, table, columns, header, same_header, now)


def _insert(
    database: duckdb.DuckDBPyConnection,
    table: str,
    columns: Columns,
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
    ours = [name for name in header if name in columns]
    other = "null" if len(ours) == len(header) else "rows.other_columns"
    names = [*ours, "other_columns", "origin_number", "origin_row"]
    handed_over = _beside(database)
    try:
        with handed_over.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for number, file in enumerate(files):
                writer.writerows(_handed_over(file, number, columns))
        database.execute(
            f"""
            insert into raw.{table} by name
            select
                {", ".join(f"rows.{name}" for name in ours)},
                {other} as other_columns,
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
            """,
            {"file": str(handed_over), "now": now},
        )
    finally:
        handed_over.unlink(missing_ok=True)


def _beside(database: duckdb.DuckDBPyConnection) -> Path:
    """The file, beside the database, in which rows are on their way into it."""
    (path,) = only_row(
        database,
        "select path from duckdb_databases() where database_name = current_database()",
    )
    return Path(f"{path}.rows")


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


def _insert_rows(database: duckdb.DuckDBPyConnection, table: str, rows: list[list]) -> None:
    """Insert a few rows in one statement; one a row takes milliseconds each."""
    marks = "(" + ", ".join("?" * len(rows[0])) + ")"
    values = [cell for row in rows for cell in row]
    database.execute(f"insert into {table} values {', '.join([marks] * len(rows))}", values)
