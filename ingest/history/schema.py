"""The tables of the history; empty until `make history` fills them."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import duckdb

from ingest.transaction import transaction

HERE = Path(__file__).parent
TABLES = (HERE / "tables.sql").read_text(encoding="utf-8")
# Kept in the database, as a comment: where it is the same, nothing has to be compared.
MADE_BY = f"made by tables.sql {hashlib.sha256(TABLES.encode()).hexdigest()[:16]}"


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schema `history` and its tables where they are missing.

    Tables of another version of this project are dropped and made anew, empty, which is said:
    all that is in them comes from the archive, and `make history` loads it again.
    """
    with transaction(connection):
        if _made_by(connection) != MADE_BY:
            _drop_if_other(connection)
            connection.execute(TABLES)
            connection.execute(f"comment on table history.file is '{MADE_BY}'")


def _made_by(connection: duckdb.DuckDBPyConnection) -> str | None:
    found = connection.execute(
        "select comment from duckdb_tables() "
        "where schema_name = 'history' and table_name = 'file' and not internal"
    ).fetchone()
    return found[0] if found else None


def _drop_if_other(connection: duckdb.DuckDBPyConnection) -> None:
    found = _columns(connection)
    with duckdb.connect() as other:
        other.execute(TABLES)
        expected = _columns(other)
    # A table that is missing is made later; one with other columns has another meaning.
    outdated = sorted(name for name in found if found[name] != expected.get(name))
    if outdated:
        print(
            "The hourly history in this database is of another version of this project "
            f"(tables {', '.join(outdated)}); it was removed. Run `make history` again.",
            file=sys.stderr,
        )
        connection.execute("drop schema history cascade")


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple]]:
    """Table of the history -> its columns: name, type, whether null."""
    found: dict[str, list[tuple]] = {}
    for table, *column in connection.execute(
        "select table_name, column_name, data_type, is_nullable from duckdb_columns() "
        "where schema_name = 'history' and not internal order by table_name, column_index"
    ).fetchall():
        found.setdefault(table, []).append(tuple(column))
    return found
