"""The row of a query that has exactly one: an aggregate, or a table with one row."""

from __future__ import annotations

from typing import Any

import duckdb


def only_row(
    database: duckdb.DuckDBPyConnection, sql: str, parameters: object = None
) -> tuple[Any, ...]:
    """The one row of `sql`. Raises LookupError where it has none."""
    row = database.execute(sql, parameters).fetchone()
    if row is None:
        raise LookupError(f"Expected one row, found none: {' '.join(sql.split())}")
    return row
