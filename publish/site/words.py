"""Words as the pages say them: numbers, lists, days, and a sentence in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

_ADDRESS = re.compile(r"https://[^\s;,)]+")


def pluralize(many: int, one: str, more: str) -> str:
    return f"{many:,} {one if many == 1 else more}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th …"""
    teen = number % 100 in (11, 12, 13)
    return f"{number:,}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def day(of: date) -> str:
    return f"{of.day} {of:%b %Y}"


def moment(of: datetime) -> str:
    return f"{of.day} {of:%B %Y, %H:%M} UTC"


def ticked(text: str) -> Markup:
    """A text with `code` in it as HTML."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part
        for number, part in enumerate(parts)
    )


def linked(text: str) -> Markup:
    """A source as HTML: words before an address become its link; one alone shows its host."""
    parts, start = [], 0
    for found in _ADDRESS.finditer(text):
        before = text[start : found.start()]
        words = before.strip(" :;,(")
        if before[:1] in (";", ","):
            parts.append(Markup("{} ").format(before[:1]))
        elif parts:
            parts.append(Markup(", "))
        label = words or urlsplit(found[0]).hostname
        parts.append(Markup('<a href="{}">{}</a>').format(found[0], label))
        start = found.end()
    return Markup("").join([*parts, text[start:].removeprefix(")")])


def sized(bytes_: int) -> str:
    """A file's size, as systems show it: 1 kB is 1,000 bytes."""
    if bytes_ < 1_000_000:
        return f"{max(1, round(bytes_ / 1000)):,} kB"
    return f"{bytes_ / 1_000_000:,.1f} MB"


def seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f} s"


def without_heading(sentence: str, row: Mapping[str, Any]) -> str:
    """A sentence below a heading that already names its round, or its race."""
    round_name = row["round_name"]
    heading = f"{round_name} {row['season']}: " if round_name else f"{row['race_name']}: "
    rest = sentence.removeprefix(heading)
    return rest[:1].upper() + rest[1:]


def behind_the_race(sentence: str) -> str:
    """What a sentence adds to the race that it names first and that stands beside it."""
    rest = sentence.partition("; ")[2] or sentence
    return rest[:1].upper() + rest[1:]


def inside(sentence: str) -> str:
    """A sentence as the second half of one; AWS stays AWS."""
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence


def evidence_in_words(evidence: str) -> str:
    return "taken from the catalogue" if evidence == "catalogue" else evidence
