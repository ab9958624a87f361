"""The build database: its raw tables, opened for writing or refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingest.columns import CATALOGUE_COLUMNS, RANKING_COLUMNS
from ingest.errors import IngestError
from ingest.history.schema import create_tables
from ingest.transaction import transaction

# Beside upstream's columns every raw row says where it came from.
ORIGIN = {
    "leaderboard_arn": "varchar",
    "source_file": "varchar",
    "source_sha256": "varchar",
    "source_row": "integer",
    "loaded_at_utc": "timestamp",
}
TABLES = {
    "catalogue": dict.fromkeys([*CATALOGUE_COLUMNS, "other_columns"], "varchar") | ORIGIN,
    "rankings": dict.fromkeys([*RANKING_COLUMNS, "other_columns"], "varchar") | ORIGIN,
    "outcomes": {
        "file": "varchar",
        "leaderboard_arn": "varchar",
        "outcome": "varchar",
        "expected": "varchar",
        "found": "varchar",
        "place": "varchar",
        # Of a file that is not understood: how many it had when it last was.
        "row_count": "integer",
        "sha256": "varchar",
        "new_columns": "varchar[]",
        "checked_at_utc": "timestamp",
    },
    "source": {
        "source": "varchar",
        "ref": "varchar",
        "loaded_at_utc": "timestamp",
        "as_of_utc": "timestamp",
        # The folder of the rows it was loaded for; null for those of this project. A path, so it
        # is not published.
        "seeds": "varchar",
    },
}
# Differs where any file that a build draws on does. Building and publishing both ask.
CONTENT = """
    create or replace macro raw.content() as (
        select md5(concat_ws(
            ' ',
            (select string_agg(file || replace(outcome, 'unchanged', 'loaded')
                || coalesce(sha256, ''), ' ' order by file)
                from raw.outcomes),
            (select max(as_of_utc) from raw.source),
            (select bit_xor(md5_number(leaderboard_arn || file_name || outcome
                || coalesce(git_blob, ''))) from history.file)
        ))
    )
"""


def open_database(path: Path) -> tuple[duckdb.DuckDBPyConnection, bool]:
    """Open the build database for writing; and whether its raw tables had to be rebuilt,
    empty, because an earlier version of this project had made them with other columns.

    Raises IngestError where it cannot be opened: another process has it open, the folder
    cannot be written, or the file is no database.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Rows are read one file after the other: a second thread only waits.
        database = duckdb.connect(str(path), config={"threads": 1})
    except (OSError, duckdb.Error) as refused:
        raise IngestError(explain(path, refused)) from refused
    try:
        with transaction(database):
            was_rebuilt = _create_tables(database)
        # Empty without `make history`, but there: the models read them.
        create_tables(database)
        database.execute(CONTENT)
    except duckdb.Error as refused:
        database.close()
        raise IngestError(explain(path, refused)) from refused
    return database, was_rebuilt


def _create_tables(database: duckdb.DuckDBPyConnection) -> bool:
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in database.execute(
        """
        select table_name, column_name, lower(data_type) from information_schema.columns
        where table_schema = 'raw' order by ordinal_position
        """
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    outdated = [table for table in TABLES if table in found and found[table] != TABLES[table]]
    database.execute("create schema if not exists raw")
    if outdated:
        # What is not known is loaded again, so all go together.
        for table in TABLES:
            database.execute(f"drop table if exists raw.{table} cascade")
    for table, columns in TABLES.items():
        definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        database.execute(f"create table if not exists raw.{table} ({definition})")
    return bool(outdated)


def explain(path: Path, refused: Exception) -> str:
    """What to do about a database that cannot be opened, read or written."""
    message = str(refused).split("\n")[0]
    if "Conflicting lock" in message:
        hint = (
            "Close the shell or notebook that has the build database open; readers use the "
            "published file one folder up."
        )
    elif "newer" in message or "version number" in message:
        hint = (
            "A newer DuckDB wrote it. Use that version of this project, or move the file "
            "aside: the next run creates a new one, without the hourly history."
        )
    elif isinstance(refused, OSError) or "Permission denied" in message or "space" in message:
        hint = "Is the folder there, may you write to it, is there room on the disk?"
    else:
        hint = (
            f"If the file is damaged, move it (and {path.name}.wal beside it) aside and keep "
            "it: the next run makes a new one, but the hourly history in it comes back only "
            "by `make history` from an archive that still has those hours."
        )
    return f"Expected to write to {path}, but it cannot be opened: {message}. {hint}"
