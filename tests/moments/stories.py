"""`racer_story` against the files, for random racers: ranks, scores, cut-offs, hour by hour.

Of the pairs of board and racer a quarter has rows with a UserId of 32 characters
and a quarter rows without any. Every file of their boards is read in plain Python (`who`).
"""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import duckdb

from tests.moments.tree import Tree
from tests.moments.who import Who

CUT_OFF = 16
# hour -> what is shown of the racer: rank, score, alias, score at the cut-off
Way = dict[str, set[tuple]]


def pairs(tree: Tree, who: Who, number: int, seed: int, boards: int) -> set[tuple[str, str]]:
    """Random pairs of board and racer, of at most `boards` boards of each kind."""
    chance = random.Random(seed)
    kinds: dict[str, list[tuple[str, str, list[str]]]] = defaultdict(list)
    for board in sorted(tree.hours):
        hours = [h for h in tree.hours[board] if not tree.is_empty(f"{board}/{h}.csv")]
        for hour in sorted({*hours[:1], *chance.sample(hours, min(1, len(hours)))}):
            rows = tree.rows(f"{board}/{hour}.csv")
            racers = [
                (racer, len(row.get("UserId") or ""))
                for racer, row in zip(who.racers(board, hour, rows), rows, strict=True)
                if racer
            ]
            for kind, lengths in (("none", {0}), ("old", {32}), ("any", {0, 22, 32})):
                of_kind = [racer for racer, length in racers if length in lengths]
                if of_kind:
                    kinds[kind].append((board, hour, of_kind))
    chosen: set[tuple[str, str]] = set()
    for kind, share in (("none", number // 4), ("old", number // 2), ("any", number)):
        some = chance.sample(kinds[kind], min(boards, len(kinds[kind])))
        # As many of each board, so that a large one does not crowd out the others.
        each = max(share - len(chosen), 0) // max(len(some), 1) + 1
        for board, _, names in some:
            found = sorted({(board, name) for name in names} - chosen)
            chosen |= set(chance.sample(found, min(each, len(found))))
    return chosen


def ways(tree: Tree, who: Who, board: str, racers: set[str]) -> dict[str, Way]:
    """By every file of the board: where each of the racers stood."""
    found: dict[str, Way] = {racer: defaultdict(set) for racer in racers}
    for hour in tree.hours[board]:
        rows = tree.rows(f"{board}/{hour}.csv")
        cut_off = rows[CUT_OFF - 1].get("RankingScore") if len(rows) >= CUT_OFF else None
        for row, racer in zip(rows, who.racers(board, hour, rows), strict=True):
            if racer in racers:
                rank = int(float(row["Rank"])) if row.get("Rank") else None
                standing = (rank, row.get("RankingScore"), row["Alias"], cut_off)
                found[racer][hour].add(standing)
    return found


def story_of(
    database: duckdb.DuckDBPyConnection, board: str, racer: str, hours: list[str]
) -> Way:
    """The same by racer_story, for the hours of the board's files."""
    way: Way = defaultdict(set)
    for first, last, *standing in database.execute(
        "select strftime(first_at, '%Y-%m-%dT%H:%M:%SZ'), strftime(last_at, "
        "'%Y-%m-%dT%H:%M:%SZ'), rank, ranking_score, alias, cut_off_score "
        "from racer_story(?, ?)",
        [board, racer],
    ).fetchall():
        for hour in hours:
            if first <= hour <= last:
                way[hour].add(tuple(standing))
    return way


def differences(
    tree: Tree, database: Path, number: int, seed: int, boards: int
) -> tuple[int, int, list[str]]:
    """How many pairs and hours were compared, and a sentence for each pair that differs."""
    who = Who(tree)
    racers: dict[str, set[str]] = defaultdict(set)
    for board, racer in pairs(tree, who, number, seed, boards):
        racers[board].add(racer)
    hours, found = 0, []
    with duckdb.connect(str(database), read_only=True) as opened:
        for board in sorted(racers):
            for racer, way in ways(tree, who, board, racers[board]).items():
                story = story_of(opened, board, racer, tree.hours[board])
                hours += len(way)
                wrong = sorted(h for h in way.keys() | story.keys() if way[h] != story[h])
                if wrong:
                    found.append(
                        f"{board}, {racer}: {len(wrong)} hours differ; at {wrong[0]} the file "
                        f"has {way[wrong[0]]}, racer_story {story[wrong[0]]}"
                    )
    return sum(map(len, racers.values())), hours, found
