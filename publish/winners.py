"""Who won what, as tables for a terminal or a chat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from league.terminal import Console
from league.text import for_chat, for_terminal
from publish.about import FICTIONAL, read_about
from publish.database import open_published

REMARKS = {"inferred": "(rule inferred)", "catalogue": "(as catalogued)"}
NOBODY = "Nobody has won anything yet: no race that gives a prize is decided."


@dataclass(frozen=True)
class Award:
    """One row of `prize_winners`, as far as it is printed."""

    season: int
    round_name: str
    title: str
    award_number: int
    alias: str
    race: str
    evidence: str
    is_provisional: bool


def read_awards(database: Path) -> tuple[list[Award], str | None]:
    """All awards of the published database, in order, and what has to stand above them.

    The remark says that they are invented, or from which moment they look back.
    """
    with open_published(database) as opened:
        awards = opened.execute(
            """
            select season, round_name, title, award_number, alias, race, evidence,
                is_provisional
            from prize_winners
            inner join seeds.prize_names using (prize)
            order by season, round_number, prize, award_number
            """
        ).fetchall()
        above = read_about(opened).remarks
    return [Award(*award) for award in awards], "\n".join(above) or None


def print_winners(awards: list[Award], remark: str | None, console: Console) -> None:
    """One table a season, for a terminal: a row a round, a column a prize."""
    if remark:
        console.print(Text(remark, style="bold"))
    if not awards:
        console.print(NOBODY)
    for season, of_season in _by_season(awards, remark):
        table = Table(title=season, box=box.ROUNDED, show_lines=True, title_justify="left")
        heading, *rows = _grid(of_season, for_terminal, 2, "\n", "\n")
        for cell in heading:
            table.add_column(Text(cell))
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)


def winners_as_markdown(awards: list[Award], remark: str | None) -> str:
    """The same tables in Markdown, for a chat; no name in them is more than text."""
    blocks = [f"**{line}**" for line in (remark or "").splitlines()]
    if not awards:
        blocks.append(NOBODY)
    for season, of_season in _by_season(awards, remark):
        heading, *rows = _grid(of_season, for_chat, 0, " ", ", ")
        lines = [heading, ["---"] * len(heading), *rows]
        blocks.append(f"**{season}**")
        blocks.append("\n".join(f"| {' | '.join(cells)} |" for cells in lines))
    return "\n\n".join(blocks)


def _by_season(awards: list[Award], remark: str | None) -> list[tuple[str, list[Award]]]:
    fictional = " (fictional)" if remark and FICTIONAL in remark else ""
    seasons = defaultdict(list)
    for award in awards:
        seasons[award.season].append(award)
    return [
        (f"Season {season}{fictional}", of_season)
        for season, of_season in sorted(seasons.items())
    ]


def _grid(
    awards: list[Award],
    harmless: Callable[[str], str],
    width: int,
    before_remark: str,
    between: str,
) -> list[list[str]]:
    """One season as rows of cells, the heading first.

    harmless: for every text that somebody wrote, name or not. width: of the number before a
    name. before_remark, between: what separates the parts of a cell.
    """
    prizes, rounds, cells = defaultdict(list), defaultdict(list), defaultdict(list)
    for award in awards:
        prizes[award.title].append(award)
        rounds[award.round_name].append(award)
        cells[award.round_name, award.title].append(
            f"{_place(award, harmless):>{width}} {harmless(award.alias)}"
        )

    heading = ["Round"]
    for title, of_prize in prizes.items():
        remark = REMARKS.get(of_prize[0].evidence)
        heading.append(
            f"{harmless(title)}: {len(of_prize)}{before_remark + remark if remark else ''}"
        )
    rows = []
    for round_name, of_round in rounds.items():
        provisional = any(award.is_provisional for award in of_round)
        remark = before_remark + "(provisional)" if provisional else ""
        rows.append(
            [
                harmless(round_name) + remark,
                *(between.join(cells[round_name, prize]) for prize in prizes),
            ]
        )
    return [heading, *rows]


def _place(award: Award, harmless: Callable[[str], str]) -> str:
    """What stands before a name: its number, or the race where the catalogue names the
    winner, for those won a race each and are no first, second and third."""
    is_catalogued = award.evidence == "catalogue"
    return f"{harmless(award.race)}:" if is_catalogued else str(award.award_number)
