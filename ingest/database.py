"""The build database: schemas raw and history, opened for writing or refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from ingest.columns import CATALOGUE_COLUMNS, RANKING_COLUMNS

HISTORY_TABLES = Path(__file__).parent / "history/tables.sql"
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


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the build database for writing, with all tables that are loaded.

    Raises OSError or duckdb.Error where it cannot be opened (another process has it open, the
    folder cannot be written, the file is no database).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    database = duckdb.connect(str(path))
    with transaction(database):
        # Empty without `make history`, but there: the models read them.
        create_history(database)
        database.execute("create schema if not exists raw")
        for table, columns in TABLES.items():
            definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            database.execute(f"create table if not exists raw.{table} ({definition})")
        database.execute(CONTENT)
    return database


def create_history(database: duckdb.DuckDBPyConnection) -> None:
    """Create schema `history` and its tables where they are missing."""
    database.execute(HISTORY_TABLES.read_text(encoding="utf-8"))


@contextmanager
def transaction(database: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block writes, or none of it. Whatever ended the block goes on as it is.

    When the disk is full DuckDB has rolled back by itself, and a second rollback fails: that
    failure is not the one to tell. When a signal ended the block, the statement's threads are
    still working, and a rollback would wait for them: they are asked to stop first.
    """
    database.execute("begin")
    try:
        yield
        database.execute("commit")
    except BaseException:
        database.interrupt()
        with suppress(duckdb.Error):
            database.execute("rollback")
        raise


def sql_text(text: str) -> str:
    """`text` as a literal of SQL, for the few statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"
