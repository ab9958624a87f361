"""The prizes of 2021 and 2022 at a moment, by the rules as docs/rules has them in words."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from tests.moments.tree import Tree
from tests.moments.who import Who

# Of each round: who stands in line, in which order, for how many, blocked by which prizes held
# since an earlier round. The order of the prizes within a round is of no account.
RULES = {
    2021: {
        "finale_place": (["month's race"], 16, {"championship_seat"}),
        "championship_seat": (["finale"], 3, {"championship_seat"}),
        "wildcard_seat": (["wildcard"], 5, {"championship_seat", "wildcard_seat"}),
        "evo": (["finale", "month's race"], 10, {"evo"}),
    },
    2022: {
        "finale_place": (["month's race"], 16, {"championship_seat"}),
        "championship_seat": (["finale"], 3, {"championship_seat"}),
    },
}


class Award(NamedTuple):
    """A place won: the racer's user_id, or the alias where nobody knows it, and the rank."""

    racer: str
    rank: int


# (season, round, prize) -> the awards in order
Awards = dict[tuple[int, int, str], list[Award]]


def ranking(tree: Tree, who: Who, board: str, hour: str) -> list[Award]:
    """The board's final ranking where the tree has it, or else its latest snapshot."""
    at = tree.latest(board, hour)
    rows = tree.final(board)
    if rows is None:
        rows = tree.rows(f"{board}/{at}.csv") if at else []
    racers = who.racers(board, at or hour, rows)
    found: dict[str, Award] = {}
    for position, (row, racer) in enumerate(zip(rows, racers, strict=True), 1):
        name = racer or f"alias {row['Alias']}"
        found.setdefault(name, Award(name, int(float(row.get("Rank") or position))))
    return list(found.values())


def awards_at(tree: Tree, who: Who, hour: str, seeds: Path) -> Awards:
    """Everything that was won, or would have been, by the files of `tree`."""
    boards: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    with (seeds / "round_races.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            place = int(row["season"]), int(row["round_number"])
            boards[place][row["race"]] = row["leaderboard_arn"]
    given: Awards = {}
    for season, rules in RULES.items():
        holders: dict[str, set[str]] = defaultdict(set)
        for _, number in sorted(place for place in boards if place[0] == season):
            won: dict[str, list[Award]] = {}
            for prize, (races, quota, blocked_by) in rules.items():
                line: dict[str, Award] = {}
                for race in races:
                    board = boards[season, number].get(race)
                    for award in ranking(tree, who, board, hour) if board else []:
                        line.setdefault(award.racer, award)
                blocked = set().union(*(holders[held] for held in blocked_by))
                won[prize] = [a for a in line.values() if a.racer not in blocked][:quota]
            for prize, awards in won.items():
                holders[prize] |= {award.racer for award in awards}
                if awards:
                    given[season, number, prize] = awards
    return given
