"""The published tables, a page each: what a row is, every column, a few rows, and the SQL."""

from __future__ import annotations

from pathlib import Path

import duckdb

from league.rows import only_row
from publish.database import read_artifact
from publish.site.text import printable
from publish.tables import PublishedTable, published_tables

SAMPLE = 5
# What a cell of the sample shows of a long text.
LONGEST = 90
# Order and heading of the groups; a table is in the first whose beginning it has.
GROUPS = (
    (
        "Who won",
        (
            "prize_winners",
            "championship_qualifiers",
            "wildcard_",
            "evo_",
            "finale_l",
            "reported_",
        ),
    ),
    ("Why, and why not", ("prize_", "season_coverage")),
    ("What really happened", ("finale_", "championship_", "promotions")),
    ("The races and the racers", ("race", "podiums", "records")),
    ("Hour by hour", ("",)),
)


def tables(opened: duckdb.DuckDBPyConnection, target: Path) -> dict:
    """All published tables in their groups.

    target: dbt's target folder of the build.
    """
    manifest = read_artifact(target / "manifest.json")
    described = published_tables(manifest)
    published = {table.name for table in described}
    groups: dict[str, list[dict]] = {heading: [] for heading, _ in GROUPS}
    for table in described:
        heading = next(h for h, begins in GROUPS if table.name.startswith(begins))
        groups[heading].append(_table(opened, table, published))
    return {
        "groups": [(heading, of_group) for heading, of_group in groups.items() if of_group]
    }


def _table(
    opened: duckdb.DuckDBPyConnection, table: PublishedTable, published: set[str]
) -> dict:
    relation = f'main."{table.name}"'
    kinds = opened.execute(f"describe {relation}").fetchall()
    (rows,) = only_row(opened, f"select count(*) from {relation}")
    sample = opened.execute(f"from {relation} limit {SAMPLE}").fetchall()
    return {
        "name": table.name,
        "description": table.description,
        "columns": [
            {"name": name, "type": kind.lower(), "meaning": table.columns.get(name, "")}
            for name, kind, *_ in kinds
        ],
        "rows": rows,
        "sample": [[_cell(value) for value in row] for row in sample],
        "made_of": [_step(name, published) for name in table.made_of],
        "goes_into": [_step(name, published) for name in table.goes_into],
        "sql": table.sql,
    }


def _step(name: str, published: set[str]) -> dict:
    layer, _, table = name.partition(".")
    page = f"table-{table}.html" if layer == "main" and table in published else None
    return {"name": table, "layer": "published" if layer == "main" else layer, "page": page}


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    text = printable(str(value))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
