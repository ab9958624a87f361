"""What each view of the site shows, made from a League: one module a view.

A view is a dictionary, in the order of its page, for a template of the same name. What more
than one view needs stands here.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from publish.site.read import Row


def of_season(table: list[Row], season: int) -> list[Row]:
    return [row for row in table if row["season"] == season]


def grouped(table: list[Row], *columns: str) -> Iterable[tuple]:
    """Groups of neighbouring rows that agree in these columns, each with its key."""
    return ((key, list(group)) for key, group in groupby(table, itemgetter(*columns)))


def anchor(award: Row) -> str:
    """What comes after the # in a link to an award or an invitation."""
    return f"{award['prize']}-{award['round_number']}-{award['award_number']}"
