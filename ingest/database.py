"""The build database: schemas raw and history, opened for writing or refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from ingest.columns import CATALOGUE_COLUMNS, RANKING_COLUMNS

RAW_TABLES = Path(__file__).with_name("tables.sql")
HISTORY_TABLES = Path(__file__).parent / "history/tables.sql"


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
        create_raw(database)
    return database


def create_raw(database: duckdb.DuckDBPyConnection) -> None:
    """Create schema `raw`, its tables and its macro where they are missing."""
    columns = {"catalogue": CATALOGUE_COLUMNS, "rankings": RANKING_COLUMNS}
    definitions = {
        table: ", ".join(f"{name} varchar" for name in names)
        for table, names in columns.items()
    }
    database.execute(RAW_TABLES.read_text(encoding="utf-8").format(**definitions))


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
