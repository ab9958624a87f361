"""Who won what, as tables for a terminal or a chat."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

PRIZE_TITLES = {
    "championship_seat": "Championship seat",
    "wildcard_seat": "Wildcard seat",
    "evo": "Evo (car)",
}
FICTIONAL = (
    "FICTIONAL SEASON: invented by `make demo`. These racers do not exist and nobody "
    "won anything."
)


@dataclass(frozen=True)
class Award:
    """One row of `prize_winners`, as far as it is printed."""

    season: int
    round_name: str
    prize: str
    award_number: int
    alias: str
    evidence: str
    is_provisional: bool


def read_awards(database: Path) -> tuple[list[Award], bool]:
    """All awards of the published database, in order, and whether they are invented."""
    with duckdb.connect(str(database), read_only=True) as opened:
        awards = opened.execute(
            """
            select season, round_name, prize, award_number, alias, evidence, is_provisional
            from prize_winners
            order by season, round_number, prize, award_number
            """
        ).fetchall()
        (is_fictional,) = opened.execute(
            "select coalesce(bool_or(leaderboard_arn like 'arn:aws:deepracer:fictional:%'), "
            "false) from races"
        ).fetchone()
    return [Award(*award) for award in awards], is_fictional


def print_winners(awards: list[Award], is_fictional: bool, console: Console) -> None:
    """One table a season: a row a round, a column a prize."""
    if is_fictional:
        console.print(Text(FICTIONAL, style="bold"))
    if not awards:
        console.print("Nobody has won anything yet: no race that gives a prize is decided.")
    for season in sorted({award.season for award in awards}):
        of_season = [award for award in awards if award.season == season]
        remarks = ["fictional"] if is_fictional else []
        if all(award.evidence == "inferred" for award in of_season):
            remarks.append("rules inferred")
        title = f"Season {season}" + (f" ({', '.join(remarks)})" if remarks else "")
        console.print(_season_table(title, of_season))


def _season_table(title: str, awards: list[Award]) -> Table:
    prizes = [p for p in PRIZE_TITLES if any(award.prize == p for award in awards)]
    table = Table(
        title=title,
        box=box.ROUNDED,
        show_lines=True,
        title_justify="left",
    )
    cells = defaultdict(list)
    for award in awards:
        cells[award.round_name, award.prize].append(
            f"{award.award_number:>2} {printable(award.alias)}"
        )
    table.add_column("Round")
    for prize in prizes:
        total = sum(award.prize == prize for award in awards)
        table.add_column(f"{PRIZE_TITLES[prize]}: {total}")
    provisional = {award.round_name for award in awards if award.is_provisional}
    for round_name in dict.fromkeys(award.round_name for award in awards):
        mark = "\n(provisional)" if round_name in provisional else ""
        table.add_row(
            Text(round_name + mark),
            *(Text("\n".join(cells[round_name, prize])) for prize in prizes),
        )
    return table


def printable(alias: str) -> str:
    """An alias as text and nothing else: it may hold anything, control codes included."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in alias)
