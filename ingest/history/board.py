"""One board as rows: what becomes of its files, its snapshots and its stays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.history.ranks import RankRun


class SnapshotFile(NamedTuple):
    """One snapshot file: its ISO time (`2021-10-20T12:00:00Z`), git blob SHA-1 and bytes."""

    moment: str
    blob: bytes
    body: bytes


def blob_id(body: bytes) -> bytes:
    """SHA-1 git gives a file of these bytes (20 bytes), so that rows can be compared with
    upstream's tree without its files."""
    digest = hashlib.sha1(b"blob %d\0" % len(body), usedforsecurity=False)
    digest.update(body)
    return digest.digest()


class Outcome(NamedTuple):
    """What became of one file. `message` is None unless quarantined; a file that could not be
    read has no bytes and an empty `blob`."""

    file_name: str
    outcome: str
    size: int
    blob: bytes
    message: str | None


class Snapshot(NamedTuple):
    """One snapshot as a row; `as_written` is zlib-packed and only set where the rest of the
    row cannot give the file back byte for byte (unusual quoting)."""

    number: int
    moment: str
    header: str
    rows: int
    crlf: bool
    final_newline: bool
    as_written: bytes | None


@dataclass
class Board:
    """One board as rows. `first`, `last`, `place` and `texts` are parallel, sorted by place;
    the columns a text belongs to are those of its first snapshot's header."""

    outcomes: list[Outcome] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    rank_runs: list[RankRun] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
