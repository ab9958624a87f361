"""The tables of the history; empty until `make history` fills them."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import duckdb

from ingest.errors import IngestError
from ingest.transaction import transaction

HERE = Path(__file__).parent
TABLES = (HERE / "tables.sql").read_text(encoding="utf-8")
# Kept in the database, as a comment: where it is the same, nothing has to be compared.
MADE_BY = f"made by tables.sql {hashlib.sha256(TABLES.encode()).hexdigest()[:16]}"


def open_for_history(path: Path) -> duckdb.DuckDBPyConnection:
    """The build database, opened for writing, with schema `history` in it.

    Raises IngestError where it cannot be opened: another process has it open, its folder
    cannot be written, or the file is no database of this DuckDB.
    """
    connection = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(path))
        create_tables(connection)
        return connection
    except (OSError, duckdb.Error) as error:
        if connection:
            connection.close()
        found = str(error).split("\n")[0].rstrip(".")
        if "lock on file" in found:
            todo = (
                "Close the shell or notebook that has the build database open; readers use "
                "the published file one folder up."
            )
        elif isinstance(error, OSError) or "Cannot open file" in found:
            todo = "Is the folder there, may you write to it, is there room on the disk?"
        else:
            todo = (
                "If the file is damaged, or of another DuckDB, move it away: `make winners` "
                "and `make history` make it anew."
            )
        raise IngestError(f"Expected to write to {path}, found: {found}. {todo}") from error


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
    return found and found[0]


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
