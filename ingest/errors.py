"""What stops a run, and what is wrong with a file. Both are sentences for a person."""

from __future__ import annotations

from dataclasses import dataclass

from league.errors import LeagueError


class IngestError(LeagueError):
    """Nothing was loaded; the message says what was expected, found, and what to do."""


class BadFile(IngestError):
    """A file cannot be used; it is quarantined for this reason."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected, self.found = expected, found

    def __str__(self) -> str:
        return f"Expected {self.expected}, found {self.found}."


@dataclass(frozen=True)
class Issue:
    """What is wrong with a file: what was expected, what was found, and at which place.

    advice: the way out, where it is another than to mend the file or fetch it again.
    """

    expected: str
    found: str
    place: str
    advice: str | None = None


def abbreviate(found: str, max_length: int = 80) -> str:
    """What was found, short enough for a message and on one line."""
    text = found.strip()
    return repr(text if len(text) <= max_length else text[:max_length] + "…")
