"""What the pages show, as rows of the published tables: site.sql asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from league.rows import only_row
from publish.about import read_about
from publish.site.text import printable, race_pages, winner_pages

Row = dict[str, Any]
# Lists of rows by the names that site.sql gives them, and what all pages need besides. Texts
# from upstream are safe to look at, not safe as markup: escape them.
League = dict[str, Any]

BATCH = 1000
VIEWS = Path(__file__).with_name("site.sql")
# Columns with what others wrote, names above all.
FOREIGN = {
    *("alias", "former", "also", "cutoff_alias", "cutoff_then", "next_alias"),
    *("next_then", "sentence", "race_name", "racer_key"),
}


def read_league(database: duckdb.DuckDBPyConnection) -> League:
    """Read what the pages show from an open published database."""
    database.execute(VIEWS.read_text(encoding="utf-8"))
    views = database.execute(
        "select view_name from duckdb_views() where starts_with(view_name, 'site_')"
    ).fetchall()
    league: League = {
        view.removeprefix("site_"): list(rows(database, f"from {view}")) for (view,) in views
    }
    (own,) = league.pop("league")
    about = read_about(database)
    (newest,) = only_row(database, "select max(last_submitted_at_utc) from races")
    named = league["named"]
    return {
        **league,
        **own,
        "about": about,
        "newest_at_utc": newest,
        "notice": own["notice"] or "",
        # An invented season has no mistakes to report.
        "issues_address": None if about.is_fictional else own["issues_address"],
        "years": tuple(row["season"] for row in league["seasons"]),
        "looks": {row["prize"]: row["look"] for row in named},
        "letters": letters(
            named, {rule["prize"] for rule in league["rules"] if rule["kind"] == "prize"}
        ),
        "race_pages": race_pages(league["boards"]),
        "winner_pages": winner_pages(league["winners"]),
    }


def of_season(league: League, year: int) -> Row:
    """The rows of one season, by the same names."""
    (season,) = [row for row in league["seasons"] if row["season"] == year]
    tables = {
        name: table
        for name, table in league.items()
        if isinstance(table, list) and (not table or "season" in table[0])
    }
    return season | {
        name: [row for row in table if row["season"] == year] for name, table in tables.items()
    }


def grouped(table: Iterable[Row], *columns: str) -> Iterable[tuple]:
    """Groups of neighbouring rows that agree in these columns, each with its key."""
    return ((key, list(group)) for key, group in groupby(table, itemgetter(*columns)))


def rows(database: duckdb.DuckDBPyConnection, sql: str) -> Iterator[Row]:
    """The rows of a query as dictionaries, with aliases and sentences fit to be shown.

    Only a batch of them is in memory, so ask nothing else of this connection in between.
    """
    answer = database.execute(sql)
    names = [column[0] for column in answer.description]
    while batch := answer.fetchmany(BATCH):
        for row in batch:
            yield {name: _shown(value, name) for name, value in zip(names, row, strict=True)}


def _shown(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {name: _shown(each, name) for name, each in value.items()}
    if isinstance(value, list):
        is_text = value and isinstance(value[0], (str, dict))
        return [_shown(each, name) for each in value] if is_text else value
    return printable(value) if name in FOREIGN else value


def letters(named: list[Row], given: set[str]) -> dict[str, str]:
    """Prize to the letter that stands for it where there is no room for its name.

    It is the first of its title that stands for no prize before it, if there is one. given:
    prizes that somebody can have won, who choose first.
    """
    found: dict[str, str] = {}
    for row in sorted(named, key=lambda row: row["prize"] not in given):
        own = [letter for letter in row["title"].upper() if letter.isalnum()]
        free = [letter for letter in own if letter not in found.values()]
        found[row["prize"]] = (free or own or ["?"])[0]
    return found
