"""Who gains and who loses, as tables for a terminal."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich import box
from rich.table import Table
from rich.text import Text

from league.terminal import Console
from league.text import for_terminal

NOTHING = "Nobody gains and nobody loses: by these rules everybody has what was published."
LIMIT = "Races are taken as they were run; only the prizes are given again."


@dataclass(frozen=True)
class Change:
    """One row of what_if_changes, as far as it is printed."""

    season: int
    title: str
    alias: str
    change: str
    sentence: str


def read_changes(database: Path) -> list[Change]:
    """All changes of a database made by `make what-if`, in the order of the season."""
    with duckdb.connect(str(database), read_only=True) as opened:
        rows = opened.execute(
            """
            select season, coalesce(title, prize), alias, change, sentence
            from what_if_changes
            left join seeds.prize_names using (prize)
            order by season, prize_names.rowid, coalesce(round_number_after,
                round_number_before), change, user_id
            """
        ).fetchall()
    return [Change(*row) for row in rows]


def print_changes(changes: list[Change], console: Console) -> None:
    """A table a season, and how many moved which way."""
    by_season = defaultdict(list)
    for change in changes:
        by_season[change.season].append(change)
    for season, of_season in by_season.items():
        table = Table(title=f"What if? Season {season}", box=box.ROUNDED, title_justify="left")
        for heading in ("Prize", "Racer", "", "Why"):
            table.add_column(heading, overflow="fold")
        for row in of_season:
            cells = (row.title, row.alias or "", row.change, row.sentence)
            table.add_row(*(Text(for_terminal(cell)) for cell in cells))
        console.print(table)
        counts = Counter(row.change for row in of_season)
        console.print(
            ", ".join(f"{many} {change}" for change, many in counts.most_common()) + "."
        )
    console.print(LIMIT if changes else NOTHING)
