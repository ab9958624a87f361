"""Names as they may be shown, and as they are searched. Every alias is untrusted text.

Escaping is done where a page is made: in templates by pages.py (autoescape), in scripts by
static/elements.js (textContent), for data handed to scripts by scripts.py.
"""

from __future__ import annotations

import re
import unicodedata

NO_NAME = "(no name)"
# What reorders the text around it: a name must not turn the sentence it stands in.
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NOT_A_WORD = re.compile(r"[\W_]+")


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
    """A name as it is searched: letters and digits only, no case, no accents.

    A name without any stays as it is. elements.js does the same to what is typed; the two have
    to agree.
    """
    lower = name.lower()
    if not lower.isascii():
        parts = unicodedata.normalize("NFKD", lower)
        lower = "".join(c for c in parts if not unicodedata.category(c).startswith("M"))
    return _NOT_A_WORD.sub("", lower) or "".join(lower.split())
