"""Names as they may be shown, and as they are searched. Every alias is untrusted text."""

from __future__ import annotations

import re
import unicodedata

NO_NAME = "(no name)"
# What reorders the text around it: a name must not turn the sentence it stands in.
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NOT_A_WORD = re.compile(r"[\W_]+")
_LATER_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[\W_])(?=[^\W_])")
# Longer names exist; nobody types more to find one, and a shard has to stay small.
_LONGEST_KEY = 24


def shown(name: str | None) -> str:
    """A name as visible text: control and bidi control characters become U+FFFD."""
    if name is None or not name.strip():
        return NO_NAME
    if name.isprintable() and name.isascii():
        return name
    visible = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cs") else c
        for c in name
    )
    return _TURNS_TEXT.sub("\N{REPLACEMENT CHARACTER}", visible)


def folded(name: str) -> str:
    """A name as it is searched: no case, no accents, one space between words.

    search.js does the same to what is typed; the two have to agree.
    """
    lower = name.lower()
    if not lower.isascii():
        parts = unicodedata.normalize("NFKD", lower)
        lower = "".join(c for c in parts if not unicodedata.category(c).startswith("M"))
    return _NOT_A_WORD.sub(" ", lower).strip() or lower.strip()


def search_keys(name: str) -> set[str]:
    """What one may begin to type to find a name: all of it, or from a later word on."""
    keys = {folded(name)}
    for word in _LATER_WORD.finditer(name):
        rest = folded(name[word.start() :])
        # The number that the league appends to a made-up name is no word of it.
        if len(rest) > 1 and not rest.isdigit():
            keys.add(rest)
    return {key[:_LONGEST_KEY] for key in keys}
