"""What is known of a file before it is read."""

from __future__ import annotations

from typing import NamedTuple

from ingest.history.errors import Unreadable

NOT_HISTORY = {"FINAL.csv", "leaderboards.csv"}
MOST_BYTES = 64_000_000  # the largest real snapshot has under a million


class Listed(NamedTuple):
    """One CSV file of a board: the board's Arn, the file's name, and its size in bytes.

    A folder knows when the file was changed (nanoseconds since 1970) and where it lies,
    relative to the folder; a clone knows the git blob SHA-1 (20 bytes). `problem` says why
    the file should not be read, if so.
    """

    board: str
    name: str
    size: int
    changed_ns: int | None = None
    path: str | None = None
    blob: bytes | None = None
    problem: str | None = None


def is_snapshot(name: str) -> bool:
    """Whether a file of this name belongs to the history, be its name right or wrong."""
    return name.endswith(".csv") and name not in NOT_HISTORY


def too_large(size: int) -> Unreadable:
    return Unreadable(f"Expected at most {MOST_BYTES:,} bytes, found {size:,}.")
