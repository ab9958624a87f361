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

REMARKS = {"inferred": "\n(rule inferred)", "catalogue": "\n(as catalogued)"}
FICTIONAL = (
    "FICTIONAL SEASON: invented by `make demo`. These racers do not exist and nobody "
    "won anything."
)


@dataclass(frozen=True)
class Award:
    """One row of `prize_winners`, as far as it is printed."""

    season: int
    round_name: str
    title: str
    award_number: int
    alias: str
    evidence: str
    is_provisional: bool


def read_awards(database: Path) -> tuple[list[Award], str | None]:
    """All awards of the published database, in order, and what has to stand above them.

    The remark says that they are invented, or from which moment they look back.
    """
    with duckdb.connect(str(database), read_only=True) as opened:
        awards = opened.execute(
            """
            select season, round_name, title, award_number, alias, evidence, is_provisional
            from prize_winners
            inner join seeds.prize_names using (prize)
            order by season, round_number, prize, award_number
            """
        ).fetchall()
        (is_fictional,) = opened.execute(
            "select coalesce(bool_or(leaderboard_arn like 'arn:aws:deepracer:fictional:%'), "
            "false) from races"
        ).fetchone()
        (as_of,) = opened.execute(
            "select strftime(max(as_of_utc), '%-d %B %Y, %H:%M UTC') from raw.source"
        ).fetchone()
    remarks = [FICTIONAL] if is_fictional else []
    remarks += [f"As of {as_of}, with what was known then."] if as_of else []
    return [Award(*award) for award in awards], "\n".join(remarks) or None


def print_winners(awards: list[Award], remark: str | None, console: Console) -> None:
    """One table a season: a row a round, a column a prize."""
    if remark:
        console.print(Text(remark, style="bold"))
    if not awards:
        console.print("Nobody has won anything yet: no race that gives a prize is decided.")
    for season in sorted({award.season for award in awards}):
        of_season = [award for award in awards if award.season == season]
        title = f"Season {season}" + (" (fictional)" if remark and FICTIONAL in remark else "")
        console.print(_season_table(title, of_season))


def _season_table(title: str, awards: list[Award]) -> Table:
    table = Table(title=title, box=box.ROUNDED, show_lines=True, title_justify="left")
    table.add_column("Round")
    prizes = list(dict.fromkeys(award.title for award in awards))
    cells = defaultdict(list)
    for award in awards:
        cells[award.round_name, award.title].append(
            f"{award.award_number:>2} {printable(award.alias)}"
        )
    for prize in prizes:
        of_prize = [award for award in awards if award.title == prize]
        remark = REMARKS.get(of_prize[0].evidence, "")
        table.add_column(f"{prize}: {len(of_prize)}{remark}")
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
