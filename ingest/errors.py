"""What stops a run, and what is wrong with a file. Both are sentences for a person."""

from __future__ import annotations

from league.errors import LeagueError


class IngestError(LeagueError):
    """Nothing was loaded; the message says what was expected, found, and what to do."""


class WrongArgument(IngestError):
    """What was asked for cannot be meant."""

    exit_code = 2


class BadFile(IngestError):
    """A file cannot be used: what was expected, what was found, and at which place.

    advice: the way out, where it is another than to mend the file or fetch it again.
    """

    def __init__(
        self, expected: str, found: str, place: str | None = None, advice: str | None = None
    ) -> None:
        super().__init__(expected, found, place, advice)
        self.expected, self.found, self.place, self.advice = expected, found, place, advice

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place else ""
        return f"Expected {self.expected}, found {self.found}{where}."


def abbreviate(found: str, max_length: int = 80) -> str:
    """What was found, short enough for a message and on one line."""
    text = found.strip()
    return repr(text if len(text) <= max_length else text[:max_length] + "…")
