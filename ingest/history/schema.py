"""The tables of the history; empty until `make history` fills them."""

from __future__ import annotations

from pathlib import Path

import duckdb

HERE = Path(__file__).parent


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schema `history` and its tables where they are missing."""
    connection.execute("begin")
    connection.execute((HERE / "tables.sql").read_text(encoding="utf-8"))
    connection.execute("commit")
