"""What the page "What if?" works with: a season's lines and rules as one small script file.

The rule itself is models/intermediate/int_awards.sql; static/what_if_engine.js applies it once more to
these lines, because a page opened from a folder has no database. A test holds the two
together. Duckdb in the page would weigh 7.6 MB and not work from a folder; a season's lines
are 40 to 80 KB and the rule is 50 lines.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from publish.site.rows import Row, grouped, rows
from publish.site.text import write_script

LINES = """
    select season, prize, round_number, round_name, place_in_line, race, lines.race_rank,
        racer_key,
        lines.user_id, lines.alias, is_settled, round_quotas.quota as quota_of_round,
        ranking_score_ms
    from intermediate.int_prize_lines as lines
    inner join intermediate.int_rankings using (leaderboard_arn, racer_key)
    left join seeds.round_quotas using (season, prize, round_number)
    order by season, round_number, prize, place_in_line
"""
PRIZES = """
    select season, prize, coalesce(title, prize) as title, coalesce(singular, prize) as singular,
        coalesce(plural, prize) as plural, kind, quota, evidence
    from seeds.prizes
    left join seeds.prize_names using (prize)
    where evidence <> 'catalogue'
    order by season, prize_names.rowid, prize
"""
BLOCKS = """
    select season, prize, held_prize, coalesce(applies = 'at once', false) as is_at_once
    from seeds.prize_blocks
    order by season, rowid
"""
EXCEPTIONS = """
    select season, user_id, prize, from_round, to_round, reason
    from seeds.exceptions
    order by season, rowid
"""


def write_what_if(database: duckdb.DuckDBPyConnection, to: Path) -> list[int]:
    """Write what-if-<season>.js into the folder `to` for every season that can be asked.

    Returns these seasons. The others have no line: no race was held yet, or the catalogue names
    the winners and there is no rule to change.
    """
    asked = seasons(database)
    for season, data in asked.items():
        write_script(to / f"what-if-{season}.js", "whatIf.load", data)
    return list(asked)


def seasons(database: duckdb.DuckDBPyConnection) -> dict[int, dict[str, Any]]:
    """Season -> what the engine needs. A racer is a number: the place in `racers`.

    racers      [racer_key, alias]: the key is the user_id, unless a third cell says 0
    rounds      [round_number, name], in order
    prizes      [prize, title, singular, plural, kind, quota, evidence]
    blocks      [prize, held_prize]; a third cell says 1 where the block applies at once
    exceptions  [racer, prize, from_round, to_round or null, reason]
    rankings    [race, [racer …], [score …], [rank …]]: the score of the first racer in ms,
                then by how much each is behind the last one who has a score, or null; the
                ranks are missing where they are 1, 2, 3 …
    lines       [prize, round_number, [ranking …], 1 if settled]: the rankings, by number, that
                make the line; who is in two of them stands in the first. A fifth cell is the
                quota of this round, where it has one of its own
    """
    rules = {
        name: dict(grouped(rows(database, sql), "season"))
        for name, sql in (("prizes", PRIZES), ("blocks", BLOCKS), ("exceptions", EXCEPTIONS))
    }
    return {
        season: _season(season, line, {name: of.get(season, []) for name, of in rules.items()})
        for season, line in grouped(rows(database, LINES), "season")
    }


def _season(season: int, line: list[Row], rules: dict[str, list[Row]]) -> dict[str, Any]:
    numbers: dict[str, int] = {}
    racers: list[list[Any]] = []
    rankings: dict[tuple[int, str], dict[int, tuple[int, int | None]]] = defaultdict(dict)
    made_of: dict[tuple[str, int], dict[tuple[int, str], None]] = defaultdict(dict)
    settled: dict[tuple[str, int], bool] = {}
    own_quota: dict[tuple[str, int], list[int]] = {}
    for row in line:
        racer = numbers.setdefault(row["racer_key"], len(numbers))
        if racer == len(racers):
            known = [] if row["user_id"] else [0]
            racers.append([row["racer_key"], row["alias"], *known])
        ranking = row["round_number"], row["race"]
        rankings[ranking][racer] = row["race_rank"], row["ranking_score_ms"]
        here = row["prize"], row["round_number"]
        made_of[here][ranking] = None
        settled[here] = settled.get(here, True) and row["is_settled"]
        quota = row["quota_of_round"]
        own_quota[here] = [] if quota is None else [quota]
    order = {ranking: number for number, ranking in enumerate(rankings)}
    columns = ("prize", "title", "singular", "plural", "kind", "quota", "evidence")
    return {
        "season": season,
        "racers": racers,
        "rounds": sorted({(row["round_number"], row["round_name"]) for row in line}),
        "prizes": [[row[column] for column in columns] for row in rules["prizes"]],
        "blocks": [
            [row["prize"], row["held_prize"], *([1] if row["is_at_once"] else [])]
            for row in rules["blocks"]
        ],
        "exceptions": [
            [
                numbers[row["user_id"]],
                *(row[column] for column in ("prize", "from_round", "to_round", "reason")),
            ]
            for row in rules["exceptions"]
            if row["user_id"] in numbers
        ],
        "rankings": [_ranking(race, results) for (_, race), results in rankings.items()],
        "lines": [
            [*here, [order[one] for one in of], int(settled[here]), *own_quota[here]]
            for here, of in made_of.items()
        ],
    }


def _ranking(race: str, results: dict[int, tuple[int, int | None]]) -> list[Any]:
    racers = sorted(results, key=lambda racer: results[racer][0])
    ranks = [results[racer][0] for racer in racers]
    is_dense = ranks == list(range(1, len(racers) + 1))
    scores: list[int | None] = []
    before = 0
    for racer in racers:
        score = results[racer][1]
        scores.append(None if score is None else score - before)
        before = before if score is None else score
    return [race, racers, scores] if is_dense else [race, racers, scores, ranks]
