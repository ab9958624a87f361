"""The search index: every name that a racer has or had, in files that a script can load.

data/search/winners.js    those who won something, with their facts: they are found first
data/search/names.js      the names of today, folded, one a row, in the order of the rows
data/search/former.js     names of before, folded, each with the number of its row
data/search/rows/<n>.js   the facts of ROWS_IN_A_FILE rows

A name is looked for in the whole text of names.js, so any part of it is found. The league
made up half of all names (`GlobalArray#8210`): those of one word stand together as the word
and its numbers, which halves the file.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable
from itertools import groupby, takewhile
from pathlib import Path

from publish.site.text import folded, write_script

ROWS_IN_A_FILE = 128
# As many letters as one character can say, `a` for none.
LONGEST_SHARED = 25
MADE_UP = re.compile(r"(.*)#([0-9]{4})")
# Alias, UserId, seasons, races, prizes, names of before.
Entry = list


def write_search(entries: Iterable[Entry], pages: dict[str, str], to: Path) -> None:
    """Write the folder `to` with the search index of all racers.

    pages: UserId of a winner to that winner's own page.
    """
    rows = sorted(entries, key=lambda entry: (*_word_and_number(entry[0]), entry[1]))
    winners = [
        [number, *row, pages.get(row[1], "")] for number, row in enumerate(rows) if row[4]
    ]
    write_script(to / "winners.js", "league.winners", winners)
    words, numbers = _names(row[0] for row in rows)
    write_script(to / "names.js", "league.names", packed(words), packed(numbers))
    former = [
        (number, folded(name))
        for number, row in enumerate(rows)
        for name in row[5]
        # A racer found by today's name is listed once.
        if folded(name) not in folded(row[0])
    ]
    write_script(
        to / "former.js",
        "league.former",
        packed("\n".join(name for _, name in former)),
        packed("\n".join(_steps(number for number, _ in former))),
    )
    for first in range(0, len(rows), ROWS_IN_A_FILE):
        number = first // ROWS_IN_A_FILE
        part = rows[first : first + ROWS_IN_A_FILE]
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
