"""The raw tables of a DuckDB build as Parquet files."""

from __future__ import annotations

from pathlib import Path

import duckdb


def export_raw(database: Path, to: Path) -> None:
    """Write every raw table (`raw`, `history`) as `to`/schema.table/rows.parquet."""
    with duckdb.connect(str(database), read_only=True) as built:
        tables = built.execute(
            """
            select table_schema || '.' || table_name from information_schema.tables
            where table_schema in ('raw', 'history') and table_type = 'BASE TABLE'
            """
        ).fetchall()
        for (table,) in tables:
            folder = to / table
            folder.mkdir(parents=True)
            built.execute(f"copy {table} to $file", {"file": str(folder / "rows.parquet")})
