"""The tables of the history; empty until `make history` fills them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingest.transaction import transaction
from league.text import say

TABLES = Path(__file__).with_name("tables.sql")
# Change it with any column in tables.sql: a history in another layout is loaded again.
LAYOUT = "layout 5"


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schema `history` and its tables where they are missing.

    Tables in another layout are dropped and created empty, with a sentence to stderr: all that
    is in them comes from the archive, and `make history` loads it again.
    """
    found = connection.execute(
        "select comment from duckdb_tables() "
        "where schema_name = 'history' and table_name = 'file' and not internal"
    ).fetchone()
    if found == (LAYOUT,):
        return
    with transaction(connection):
        if found:
            say(
                "The hourly history in this database is in the layout of another version of "
                "this project; it was removed. Run `make history` again.",
                aside=True,
            )
            connection.execute("drop schema history cascade")
        connection.execute(TABLES.read_text(encoding="utf-8"))
        connection.execute(f"comment on table history.file is '{LAYOUT}'")
