"""Names as they are shown, searched, part of an address, and data of a script.

Every alias is untrusted text. It is escaped where a page is made, like every other text: in
templates by pages.py (autoescape, for_page), in scripts by static/elements.js (textContent),
for data handed to scripts by `as_json`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from league.text import for_page, for_terminal

NO_NAME = "(no name)"
_UUID = re.compile(r"([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOT_A_WORD = re.compile(r"[\W_]+")


def printable(name: str | None) -> str:
    """A name as visible text, the same as in a terminal."""
    if name is None or not name.strip():
        return NO_NAME
    return for_terminal(name)


def folded(name: str) -> str:
    """A name as it is searched: letters and digits only, no case, no accents.

    A name without any stays as it is. elements.js does the same to what is typed; the two have
    to agree.
    """
    lower = name.lower()
    if not lower.isascii():
        parts = unicodedata.normalize("NFKD", lower)
        lower = "".join(c for c in parts if not unicodedata.category(c).startswith("M"))
    return _NOT_A_WORD.sub("", lower) or "".join(lower.split())


def slug(name: str) -> str:
    """A name as part of an address; empty where no word of it is ASCII."""
    words = (folded(word) for word in _NOT_A_WORD.split(name))
    return "-".join(word for word in words if word.isascii() and word.isalnum())[:60]


def winner_pages(winners: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """UserId of every winner to the name of the page, with an id and the winner's name in it.

    The id is a checksum of the UserId, unless another winner has the same: so no name, however
    it is made, leads to another winner's page, and an old name can still be followed.
    """
    names = {winner["user_id"]: winner["alias"] for winner in winners}
    short = {user_id: f"{crc32(user_id.encode()):08x}" for user_id in names}
    whole = {user_id: user_id.encode().hex() for user_id in names}
    return _pages("winner", names, short, whole)


def race_pages(boards: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Board to the name of its page, with the board's id and the name of the race in it.

    Of a UUID the first eight digits are enough, unless another board begins with them.
    """
    names = {board["leaderboard_arn"]: board["race_name"] for board in boards}
    whole = {arn: arn.rpartition("/")[2] for arn in names}
    short = {arn: _UUID.sub(r"\1", board_id) for arn, board_id in whole.items()}
    return _pages(
        "race",
        names,
        {arn: slug(board_id) for arn, board_id in short.items()},
        {arn: slug(board_id) for arn, board_id in whole.items()},
    )


def _pages(
    kind: str, names: dict[str, str], short: dict[str, str], whole: dict[str, str]
) -> dict[str, str]:
    """Names of pages. short, whole: an id that others may have too, and one that none has."""
    taken = Counter(short.values())
    return {
        key: "-".join(
            filter(
                None, (kind, short[key] if taken[short[key]] == 1 else whole[key], slug(name))
            )
        )
        + ".html"
        for key, name in names.items()
    }


def write_script(path: Path, call: str, *values: Any) -> None:
    """Write a script that hands JSON to a function of ours.

    Pages opened from a folder may run scripts, but not fetch.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script(call, *values), encoding="ascii")


def script(call: str, *values: Any) -> str:
    """That script: one line of pure ASCII.

    Nothing in it could end a script element or a line, whatever the names are: no `<`, no
    U+2028.
    """
    return f"{call}({','.join(map(as_json, values))});\n"


def as_json(value: Any) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(_harmless(value), ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def _harmless(value: Any) -> Any:
    """The same with control codes made visible in every text."""
    if isinstance(value, str):
        return for_page(value)
    if isinstance(value, (list, tuple)):
        # Most of what is written are numbers, two million of them.
        return [each if type(each) is int else _harmless(each) for each in value]
    if isinstance(value, dict):
        return {name: _harmless(each) for name, each in value.items()}
    return value
