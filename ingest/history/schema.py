"""The tables of the history; empty until `make history` fills them."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from ingest.transaction import transaction
from league.rows import only_row
from league.text import say

TABLES = Path(__file__).with_name("tables.sql")
# Change it with any column in tables.sql: a history in another layout is loaded again.
LAYOUT = "layout 5"


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schema `history` and its tables where they are missing.

    Tables in another layout are dropped and created empty, with a sentence to stderr. `make
    history` loads them again from the archive; the database as it was is kept beside it, for not
    everybody still has those hours.
    """
    found = connection.execute(
        "select comment from duckdb_tables() "
        "where schema_name = 'history' and table_name = 'file' and not internal"
    ).fetchone()
    if found == (LAYOUT,):
        return
    kept = _keep(connection) if found else None
    with transaction(connection):
        if found:
            say(
                "The hourly history in this database is in the layout of another version of "
                "this project; it was removed. Run `make history` again. The database as it was "
                f"is {kept}: keep it until you have the history again.",
                aside=True,
            )
            connection.execute("drop schema history cascade")
        connection.execute(TABLES.read_text(encoding="utf-8"))
        connection.execute(f"comment on table history.file is '{LAYOUT}'")


def _keep(connection: duckdb.DuckDBPyConnection) -> Path:
    """Copy the database of a connection, and return where to."""
    connection.execute("checkpoint")
    (path,) = only_row(
        connection,
        "select path from duckdb_databases() where database_name = current_database()",
    )
    kept = Path(f"{path}.of-another-version")
    shutil.copyfile(path, kept)
    return kept
