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

import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone

import duckdb

from ingest.database import Columns
from ingest.errors import Broken
from ingest.file import File
from ingest.handover import insert_files, insert_rows
from ingest.parse import CATALOGUE_COLUMNS, RANKING_COLUMNS, Table
from ingest.transaction import transaction


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
            case when outcome in ('loaded', 'unchanged') then sha256 end,
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
        insert_rows(
            database, "raw.outcomes", [_outcome_row(f, now) for f in [catalogue, *rankings]]
        )
        database.execute("delete from raw.source")
        insert_rows(database, "raw.source", [[source, ref, now, None]])


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
        insert_files(database, table, columns, header, same_header, now)
