"""All racers as small script files: pages opened from a folder may run scripts, not fetch.

data/racers/<00–ff>.js         everything about some racers each: racers.sql says which
data/league.js                 boards, prizes and wordings, to which these refer by number
data/search/winners.js         those who won something, with their facts: they are found first
data/search/names.js           the names of today, folded, one a row, in the order of the rows
data/search/former.js          names of before, folded, each with the number of its row
data/search/rows/<number>.js   the facts of ROWS_IN_A_FILE rows

A name is looked for in the whole text of names.js, so any part of it is found. The league
made up half of all names (`GlobalArray#8210`): those of one word stand together as the word
and its numbers, which halves the file.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable
from itertools import groupby, takewhile
from pathlib import Path

import duckdb

from league.text import for_terminal
from publish.site.rows import League, Row, grouped, rows
from publish.site.text import folded, write_script

WORDINGS = "select distinct wording from site_wordings order by wording"
RACERS = Path(__file__).with_name("racers.sql")
ROWS_IN_A_FILE = 128
# As many letters as one character can say, `a` for none.
LONGEST_SHARED = 25
MADE_UP = re.compile(r"(.*)#([0-9]{4})")


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
    _write_search(database, league["winner_pages"], to / "search")


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


def _write_search(
    database: duckdb.DuckDBPyConnection, pages: dict[str, str], to: Path
) -> None:
    """Write the folder `to` with the search index of all racers.

    pages: UserId of a winner to that winner's own page.
    """
    # Alias, UserId, seasons, races, prizes, names of before.
    racers = [list(racer.values()) for racer in rows(database, "from site_names")]
    racers.sort(key=lambda racer: (*_word_and_number(racer[0]), racer[1]))
    winners = [
        [number, *racer, pages.get(racer[1], "")]
        for number, racer in enumerate(racers)
        if racer[4]
    ]
    write_script(to / "winners.js", "league.winners", winners)
    words, numbers = _names(racer[0] for racer in racers)
    write_script(to / "names.js", "league.names", packed(words), packed(numbers))
    former = [
        (number, folded(name))
        for number, racer in enumerate(racers)
        for name in racer[5]
        # A racer found by today's name is listed once.
        if folded(name) not in folded(racer[0])
    ]
    write_script(
        to / "former.js",
        "league.former",
        packed("\n".join(name for _, name in former)),
        packed("\n".join(_steps(number for number, _ in former))),
    )
    for first in range(0, len(racers), ROWS_IN_A_FILE):
        number = first // ROWS_IN_A_FILE
        part = racers[first : first + ROWS_IN_A_FILE]
        write_script(to / f"rows/{number}.js", "league.rows", number, part)


def packed(text: str) -> str:
    """A text as raw DEFLATE in base64; search.js unpacks it."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return base64.b64encode(squeeze.compress(text.encode()) + squeeze.flush()).decode()


def _word_and_number(alias: str) -> tuple[str, str]:
    """A folded name, and apart from it the number that the league appended to it."""
    made_up = MADE_UP.fullmatch(alias)
    if made_up and folded(made_up[1]) + made_up[2] == folded(alias):
        return folded(made_up[1]), made_up[2]
    return folded(alias), ""


def _names(aliases: Iterable[str]) -> tuple[str, str]:
    """All names as lines, and the numbers of the lines that stand for several, one text each.

    A line begins with how many letters it shares with the one before, and ends, where it
    stands for several, in how many.
    """
    lines, numbers, before = [], [], ""

    def line(word: str, end: str = "") -> None:
        nonlocal before
        # Other letters JavaScript counts twice.
        alike = takewhile(
            lambda pair: pair[0] == pair[1] and pair[0] <= "\uffff",
            zip(before, word, strict=False),
        )
        shared = min(len(list(alike)), LONGEST_SHARED)
        lines.append(chr(ord("a") + shared) + word[shared:] + end)
        before = word

    for (word, is_made_up), same in groupby(
        map(_word_and_number, aliases), lambda pair: (pair[0], bool(pair[1]))
    ):
        of_word = [number for _, number in same]
        if is_made_up:
            line(word, f"\t{len(of_word)}")
            numbers += of_word
        else:
            for _ in of_word:
                line(word)
    return "\n".join(lines), "".join(numbers)


def _steps(rising: Iterable[int]) -> Iterable[str]:
    """Rising numbers as the steps between them."""
    before = 0
    for number in rising:
        yield str(number - before)
        before = number
