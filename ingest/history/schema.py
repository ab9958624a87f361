"""The tables and macros of the history; empty until `make history` fills them."""

from __future__ import annotations

from pathlib import Path

import duckdb

HERE = Path(__file__).parent


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schema `history` and its macros where they are missing."""
    connection.execute("begin")
    for name in ("tables.sql", "macros.sql"):
        connection.execute((HERE / name).read_text(encoding="utf-8"))
    connection.execute("commit")
