"""Text as a literal of SQL, for the few statements that take no parameters."""

from __future__ import annotations


def sql_text(text: str) -> str:
    """`text` in quotes."""
    return "'" + text.replace("'", "''") + "'"
