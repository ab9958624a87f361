"""All racers as small script files: pages opened from a folder may run scripts, not fetch.

data/racers/<00–ff>.js   everything about the racers whose UserId's CRC-32 ends in that byte
data/search/             the search index: search_index.py
data/league.js           boards, prizes and wordings, to which the racers' files refer by number
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

import duckdb

from league.text import for_terminal
from publish.site.rows import League
from publish.site.search_index import write_search
from publish.site.text import printable, write_script

SHARDS = 256

# A sentence without the words that name the round or the race, which stand above it, as texts
# and the numbers between them; null where the decisions tell the same.
RESULTS = """
    with

    described as (
        select leaderboard_arn, user_id, race_outcomes.race_rank,
            case when outcome not in (select decision from prize_decisions)
                then replace(sentence[
                    length(coalesce(races.round_name || ' ' || races.season, race_name)) + 3 :
                ], chr(0), chr(65533))
            end as words,
            case when outcome <> 'no prize known' then places_short end as places_short,
            missed_by_ms,
            ranking_score_ms - min(ranking_score_ms) over (partition by leaderboard_arn)
                as behind_first_ms
        from race_outcomes
        inner join races using (leaderboard_arn)
        inner join race_results using (leaderboard_arn, user_id)
    )

    select leaderboard_arn, user_id, race_rank, behind_first_ms,
        regexp_replace(words, '[0-9]+', chr(0), 'g') as texts,
        regexp_extract_all(words, '[0-9]+') as numbers,
        places_short, missed_by_ms
    from described
    order by leaderboard_arn, race_rank, user_id
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
    database: duckdb.DuckDBPyConnection,
    league: League,
    askable: list[int],
    to: Path,
) -> None:
    """Write the folder `to` with all data files of the racer page and the search.

    askable: the seasons that write_what_if has written.
    """
    boards = {row["leaderboard_arn"]: number for number, row in enumerate(league["boards"])}
    racers = [
        (user_id, printable(alias), *more)
        for user_id, alias, *more in database.execute(RACERS).fetchall()
    ]
    former = _former_names(database)
    results, behind, closest, wordings = _results(database, boards)
    _write_league(league, wordings, askable, to)
    _write_shards(database, racers, former, results, behind, closest, league, to / "racers")
    write_search(
        [[alias, user_id, *more, former.get(user_id, [])] for user_id, alias, *more in racers],
        league["winner_pages"],
        to / "search",
    )


def shard_of(user_id: str) -> int:
    """Number of the racers' file with this racer; search.js computes the same."""
    return crc32(user_id.encode()) % SHARDS


def _former_names(database: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    former: dict[str, list[str]] = defaultdict(list)
    for user_id, alias in database.execute(FORMER_NAMES).fetchall():
        former[user_id].append(printable(alias))
    return former


def _results(
    database: duckdb.DuckDBPyConnection, boards: dict[str, int]
) -> tuple[
    dict[str, list[int | str]],
    dict[str, list[int | None]],
    dict[str, int],
    list[list[str]],
]:
    """Each racer's results, how far they were behind the first, the board of the closest miss,
    and the wordings of all sentences.

    A result is a board, a rank, and the sentence: the number of its wording, then the numbers
    that stand between the texts of it; -1 where it has none. One behind the other in a flat
    list, because there are so many. How far behind is in ms, one a result; None without a lap.
    """
    results: dict[str, list[int | str]] = defaultdict(list)
    behind: dict[str, list[int | None]] = defaultdict(list)
    misses: dict[str, tuple] = {}
    wordings: dict[tuple[str, ...], int] = {}
    found: dict[int, list[tuple]] = defaultdict(list)
    for arn, *row in database.execute(RESULTS).fetchall():
        found[boards[arn]].append(tuple(row))
    for board, ranking in sorted(found.items()):
        worded = _wordings_of((texts, numbers) for _, _, _, texts, numbers, *_ in ranking)
        for user_id, race_rank, ms, texts, numbers, places_short, missed_by_ms in ranking:
            behind[user_id].append(ms)
            if texts is None:
                results[user_id] += (board, race_rank, -1)
                continue
            wording, varies = worded[texts]
            results[user_id] += (
                board,
                race_rank,
                wordings.setdefault(wording, len(wordings)),
                *(_compact(numbers[at]) for at in varies),
            )
            if places_short is not None:
                miss = (places_short, missed_by_ms or 0, board)
                misses[user_id] = min(miss, misses.get(user_id, miss))
    closest = {user_id: board for user_id, (*_, board) in misses.items()}
    return results, behind, closest, [list(texts) for texts in wordings]


def _wordings_of(
    sentences: Iterable[tuple[str | None, list[str]]],
) -> dict[str, tuple[tuple[str, ...], list[int]]]:
    """Texts of sentences to their wording, and which of the numbers between them stay apart.

    A number that is the same in all sentences of these texts becomes part of the wording.
    """
    alike: dict[str, list[list[str]]] = defaultdict(list)
    for texts, numbers in sentences:
        if texts is not None:
            alike[texts].append(numbers)
    wordings = {}
    for texts, all_numbers in alike.items():
        first, *rest = map(for_terminal, texts.split("\0"))
        wording, varies = [first], []
        for at, (text, column) in enumerate(
            zip(rest, zip(*all_numbers, strict=True), strict=True)
        ):
            if len(set(column)) > 1:
                varies.append(at)
                wording.append(text)
            else:
                wording[-1] += column[0] + text
        wordings[texts] = tuple(wording), varies
    return wordings


def _compact(number: str) -> int | str:
    """A number; one with a zero in front stays a text, or the zero would be lost."""
    return number if number[0] == "0" and number != "0" else int(number)


def _write_league(
    league: League, wordings: list[list[str]], askable: list[int], to: Path
) -> None:
    pages = league["race_pages"]
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
            pages[row["leaderboard_arn"]],
        ]
        for row in league["boards"]
    ]
    prizes = {
        row["prize"]: [
            row["title"],
            league["looks"][row["prize"]],
            league["letters"][row["prize"]],
        ]
        for row in league["coverage"]
    }
    write_script(
        to / "league.js", "league.about", boards, prizes, league["years"], wordings, askable
    )


def _write_shards(
    database: duckdb.DuckDBPyConnection,
    racers: list[tuple],
    former: dict[str, list[str]],
    results: dict[str, list[int | str]],
    behind: dict[str, list[int | None]],
    closest: dict[str, int],
    league: League,
    to: Path,
) -> None:
    decisions: dict[str, list[list]] = defaultdict(list)
    for user_id, *decision, sentence in database.execute(DECISIONS).fetchall():
        decisions[user_id].append([*decision, printable(sentence)])
    awards: dict[str, list[list]] = defaultdict(list)
    for row in league["awards"]:
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
                closest.get(user_id),
                behind[user_id],
            ]
        )
    for number, shard in enumerate(shards):
        write_script(to / f"{number:02x}.js", "league.racers", f"{number:02x}", shard)
