"""All racers as small script files: pages opened from a folder may run scripts, not fetch.

data/racers/<00–ff>.js   everything about some racers each: racers.sql says which
data/search/             the search index: search_index.py
data/league.js           boards, prizes and wordings, to which the racers' files refer by number
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from league.text import for_terminal
from publish.site.rows import League, Row, grouped, rows
from publish.site.search_index import write_search
from publish.site.text import write_script

WORDINGS = "select distinct wording from site_wordings order by wording"
RACERS = Path(__file__).with_name("racers.sql")


def write_racers(
    database: duckdb.DuckDBPyConnection, league: League, askable: list[int], to: Path
) -> None:
    """Write the folder `to` with all data files of the racer page and the search.

    askable: the seasons that write_what_if has written.
    """
    boards = list(enumerate(row["leaderboard_arn"] for row in league["boards"]))
    database.execute("create temp table boards (number integer, leaderboard_arn varchar)")
    database.executemany("insert into boards values (?, ?)", boards)
    database.execute(RACERS.read_text(encoding="utf-8"))
    _write_league(database, league, askable, to)
    for number, racers in grouped(rows(database, "from site_racers"), "file"):
        name = f"{number:02x}"
        stories = [_story(racer) for racer in racers if racer["user_id"]]
        write_script(to / f"racers/{name}.js", "league.racers", name, stories)
    names = (list(racer.values()) for racer in rows(database, "from site_names"))
    write_search(names, league["winner_pages"], to / "search")


def _story(racer: Row) -> list:
    """A racer as racer.js reads it.

    A result is a board, a rank, and the sentence: the number of its wording, then the numbers
    that stand between the texts of it; -1 where it has none. One behind the other in a flat
    list, because there are so many. How far behind is in ms, one a result; None without a lap.
    """
    return [
        racer["user_id"],
        racer["alias"],
        json.loads(f"[{','.join(text for _, text, _ in racer['results'])}]"),
        [list(award.values()) for award in racer["awards"]],
        [list(decision.values()) for decision in racer["decisions"]],
        racer["former"],
        racer["closest"],
        [behind for *_, behind in racer["results"]],
        [list(report.values()) for report in racer["reported"]],
    ]


def _write_league(
    database: duckdb.DuckDBPyConnection, league: League, askable: list[int], to: Path
) -> None:
    boards = [
        [
            *(
                row[fact]
                for fact in ("season", "round_number", "round_name", "race", "race_name")
            ),
            row["race_type"].replace("_", " ").lower(),
            row["division"],
            row["ranked_racers"],
            league["race_pages"][row["leaderboard_arn"]],
            row["participants"] if row["is_cut"] else None,
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
    wordings = [
        [for_terminal(text) for text in wording.split("\0")]
        for (wording,) in database.execute(WORDINGS).fetchall()
    ]
    write_script(
        to / "league.js", "league.about", boards, prizes, league["years"], wordings, askable
    )
