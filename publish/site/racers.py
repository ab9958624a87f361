"""All racers as small script files: pages opened from a folder may run scripts, not fetch.

data/racers/<00–ff>.js   everything about the racers whose UserId's CRC-32 ends in that byte
data/names/<0 …>.js      the search index in order of what is typed, cut into equal parts
data/names.js            what each part begins with, and the winners, who are found first
data/league.js           boards and prizes, to which the racers' files refer by number
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

import duckdb

from publish.site.read import League
from publish.site.text import folded, search_keys, shown

SHARDS = 256
NAMES_PER_FILE = 900

RESULTS = """
    select user_id, leaderboard_arn, race_rank
    from race_results
    order by user_id
"""
DECISIONS = """
    select user_id, season, round_number, round_name, prize, decision, award_number, sentence
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


def write_racers(database: duckdb.DuckDBPyConnection, league: League, to: Path) -> None:
    """Write the folder `to` with all data files of the racer page and the search."""
    boards = {row["leaderboard_arn"]: number for number, row in enumerate(league.boards)}
    racers = [
        (user_id, shown(alias), *more)
        for user_id, alias, *more in database.execute(RACERS).fetchall()
    ]
    former = _former_names(database)
    _write_league(league, to)
    _write_shards(database, racers, former, boards, league, to / "racers")
    _write_names(racers, former, to)


def shard_of(user_id: str) -> int:
    """Number of the racers' file with this racer; search.js computes the same."""
    return crc32(user_id.encode()) % SHARDS


def script(call: str, *values: Any) -> str:
    """A script that hands JSON to a function of ours.

    Pure ASCII, and nothing in it could end a script element or a line, whatever the names
    are: no `<`, no U+2028.
    """
    texts = (json.dumps(value, ensure_ascii=True, separators=(",", ":")) for value in values)
    arguments = ",".join(
        text.replace("<", "\\u003c").replace(">", "\\u003e") for text in texts
    )
    return f"{call}({arguments});\n"


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
        row["prize"]: [row["title"], league.looks[row["prize"]]] for row in league.coverage
    }
    _write(to / "league.js", script("deepracer.league", boards, prizes, league.seasons))


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
        _write(to / f"{number:02x}.js", script("deepracer.racers", f"{number:02x}", shard))


def _write_names(racers: list[tuple], former: dict[str, list[str]], to: Path) -> None:
    winners, found = [], []
    for user_id, alias, seasons, raced, best_rank, prizes in racers:
        entry = [alias, user_id, seasons, raced, best_rank, prizes]
        if prizes:
            winners.append(entry)
        # A name of nothing that can be typed is found by its UserId.
        keys = search_keys(alias) - {""} or {folded(user_id)}
        found += ((key, entry) for key in keys)
        for name in former.get(user_id, []):
            found += ((key, [*entry, name]) for key in search_keys(name))
    # In the order in which JavaScript compares, by UTF-16 units, the browser can bisect it.
    found.sort(key=lambda pair: (pair[0].encode("utf-16-be"), pair[1][1]))
    parts = [found[i : i + NAMES_PER_FILE] for i in range(0, len(found), NAMES_PER_FILE)]
    for number, part in enumerate(parts):
        entries = _without_repeats(entry for _, entry in part)
        _write(to / f"names/{number}.js", script("deepracer.names", number, entries))
    begins = [part[0][0] for part in parts]
    _write(to / "names.js", script("deepracer.directory", begins, winners))


def _without_repeats(entries: Iterable[list]) -> list[list]:
    return list({(entry[1], *entry[6:]): entry for entry in entries}.values())


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")
