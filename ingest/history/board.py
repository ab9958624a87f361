"""What the steps of the history pass on: files, and a board as rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.errors import BadFile

NOT_HISTORY = {"FINAL.csv", "leaderboards.csv"}


class SourceFile(NamedTuple):
    """A CSV file of a board that was listed and not read: the board's Arn, the file's name and
    its size in bytes.

    changed_ns: nanoseconds since 1970; path: below the source's folder (both only in a folder).
    git_blob: the id that git gives to the content (only in a clone).
    problem: why the file should not be read, if so.
    """

    board: str
    name: str
    size: int
    changed_ns: int | None = None
    path: str | None = None
    git_blob: str | None = None
    problem: BadFile | None = None


def is_snapshot(name: str) -> bool:
    """Whether a file of this name belongs to the history, be its name right or wrong."""
    return name.endswith(".csv") and name not in NOT_HISTORY


class SnapshotFile(NamedTuple):
    """One snapshot file: its ISO time (`2021-10-20T12:00:00Z`), git blob and bytes."""

    snapshot_at: str
    git_blob: str
    body: bytes


class Outcome(NamedTuple):
    """What became of one file: a row of `history.file`. Of a file that could not be read
    `bytes` is 0 and `git_blob` None."""

    file_name: str
    outcome: str
    bytes: int
    git_blob: str | None
    message: str | None
    changed_ns: int | None = None


class Snapshot(NamedTuple):
    """One snapshot: a row of `history.snapshot`.

    as_written: the zlib-packed file, where the cells cannot give it back byte for byte
    (unusual quoting).
    """

    snapshot_no: int
    snapshot_at: str
    header: str
    has_rank: bool
    row_count: int
    crlf: bool
    final_newline: bool
    as_written: bytes | None


class RankRun(NamedTuple):
    """From the row `from_row` of a snapshot on ranks count up from `rank`: a row of
    `history.rank_run`. Where Rank is not a plain whole number `rank` is None and `rank_text`
    holds the cell (of that one row)."""

    snapshot_no: int
    from_row: int
    rank: int | None
    rank_text: str | None


@dataclass
class Board:
    """One board as rows. `valid_from`, `valid_to` and `texts` are parallel, sorted by position;
    the columns a text belongs to are those of its first snapshot's header."""

    outcomes: list[Outcome] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    rank_runs: list[RankRun] = field(default_factory=list)
    valid_from: list[int] = field(default_factory=list)
    valid_to: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
