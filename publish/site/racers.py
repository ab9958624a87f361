"""All racers as small script files: pages opened from a folder may run scripts, not fetch.

data/racers/<00–ff>.js   everything about the racers whose UserId's CRC-32 ends in that byte
data/search/             the search index: search_index.py
data/league.js           boards and prizes, to which the racers' files refer by number
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from zlib import crc32

import duckdb

from publish.site.read import League
from publish.site.scripts import write_script
from publish.site.search_index import write_search
from publish.site.text import shown

SHARDS = 256

RESULTS = """
    select user_id, leaderboard_arn, race_rank
    from race_results
    order by user_id
"""
DECISIONS = """
    select user_id, season, round_number, round_name, prize, decision, award_number,
        case when decision = 'beyond the quota' then eligible_place - quota end
            as places_short,
        missed_by_ms, sentence
    from prize_decisions
    inner join seeds.prize_names using (prize)
    order by season, round_number, prize_names.rowid
"""
RACERS = """
    select user_id, alias, array_to_string(seasons, ' '), boards, best_rank, len(prizes)
    from racers
    order by user_id
"""
FORMER_NAMES = """
    select distinct history.user_id, history.alias
    from alias_history as history
    inner join racers using (user_id)
    where history.alias is distinct from racers.alias and history.alias is not null
    order by all
"""


def write_racers(
    database: duckdb.DuckDBPyConnection, league: League, pages: dict[str, str], to: Path
) -> None:
    """Write the folder `to` with all data files of the racer page and the search."""
    boards = {row["leaderboard_arn"]: number for number, row in enumerate(league.boards)}
    racers = [
        (user_id, shown(alias), *more)
        for user_id, alias, *more in database.execute(RACERS).fetchall()
    ]
    former = _former_names(database)
    _write_league(league, to)
    _write_shards(database, racers, former, boards, league, to / "racers")
    write_search(
        [[alias, user_id, *more, former.get(user_id, [])] for user_id, alias, *more in racers],
        pages,
        to / "search",
    )


def shard_of(user_id: str) -> int:
    """Number of the racers' file with this racer; search.js computes the same."""
    return crc32(user_id.encode()) % SHARDS


def _former_names(database: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    former: dict[str, list[str]] = defaultdict(list)
    for user_id, alias in database.execute(FORMER_NAMES).fetchall():
        former[user_id].append(shown(alias))
    return former


def _write_league(league: League, to: Path) -> None:
    boards = [
        [
            row["season"],
            row["round_number"],
            row["round_name"],
            row["race"],
            row["race_name"],
            row["race_type"].replace("_", " ").lower(),
            row["division"],
            row["ranked_racers"],
        ]
        for row in league.boards
    ]
    prizes = {
        row["prize"]: [row["title"], league.looks[row["prize"]], league.letters[row["prize"]]]
        for row in league.coverage
    }
    write_script(to / "league.js", "league.about", boards, prizes, league.seasons)


def _write_shards(
    database: duckdb.DuckDBPyConnection,
    racers: list[tuple],
    former: dict[str, list[str]],
    boards: dict[str, int],
    league: League,
    to: Path,
) -> None:
    results: dict[str, list[int]] = defaultdict(list)
    for user_id, leaderboard_arn, race_rank in database.execute(RESULTS).fetchall():
        # Board, rank, board, rank …: flat, because there are so many.
        results[user_id] += (boards[leaderboard_arn], race_rank)
    decisions: dict[str, list[list]] = defaultdict(list)
    for user_id, *decision, sentence in database.execute(DECISIONS).fetchall():
        decisions[user_id].append([*decision, shown(sentence)])
    awards: dict[str, list[list]] = defaultdict(list)
    for row in league.awards:
        awards[row["user_id"]].append(
            [
                row[column]
                for column in (
                    "season",
                    "round_number",
                    "round_name",
                    "prize",
                    "award_number",
                    "race",
                    "race_rank",
                    "evidence",
                    "is_provisional",
                )
            ]
        )
    shards: list[list] = [[] for _ in range(SHARDS)]
    for user_id, alias, *_ in racers:
        shards[shard_of(user_id)].append(
            [
                user_id,
                alias,
                results[user_id],
                awards[user_id],
                decisions[user_id],
                former.get(user_id, []),
            ]
        )
    for number, shard in enumerate(shards):
        write_script(to / f"{number:02x}.js", "league.racers", f"{number:02x}", shard)
