"""Names as they may be shown, and as they are searched. Every alias is untrusted text.

Escaping is done where a page is made, of every text and not of names alone: in templates by
pages.py (autoescape, for_page), in scripts by static/elements.js (textContent), for data handed
to scripts by scripts.py.
"""

from __future__ import annotations

import re
import unicodedata

from league.text import for_terminal

NO_NAME = "(no name)"
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
