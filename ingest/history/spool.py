"""Rows of one board on their way into the database: CSV files that DuckDB reads.

DuckDB reads them faster than Python can pass objects, and another process can write them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ingest.history.board import Board, Outcome
from ingest.history.header import read_shape
from ingest.history.text import csv_line

NULL = "\0"  # the one sign that no cell holds: files with it are quarantined


class Spooled(NamedTuple):
    """One board encoded: CSV files of its rows in `folder`, those of the versions by the
    columns they have; `as_written` by snapshot, for the few that have it. `replaces` is
    whether the database holds the board already; `outcomes` counts the new files."""

    board: str
    replaces: bool
    folder: Path
    versions: list[tuple[tuple[str, ...], Path]]
    as_written: dict[int, bytes]
    outcomes: dict[str, int]


@contextmanager
def spool_folder(database: Path) -> Iterator[Path]:
    """A folder for spooled rows, beside the database. What a killed run left there is removed;
    nobody else can be using it while this run holds the database."""
    folder = database.with_name(database.name + ".spool")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def spool_board(
    spool: Path,
    board: str,
    replaces: bool,
    rows: Board,
    outcomes: list[Outcome],
    times: dict[str, int],
    counts: dict[str, int],
) -> Spooled:
    """Write the rows of one board into a folder of its own in `spool`."""
    folder = Path(tempfile.mkdtemp(dir=spool))
    _write(folder / "file.csv", outcomes)
    _write(folder / "file_time.csv", times.items())
    _write(folder / "snapshot.csv", _snapshot_rows(rows))
    _write(folder / "rank_run.csv", rows.rank_runs)
    as_written = {s.number: s.as_written for s in rows.snapshots if s.as_written}
    return Spooled(board, replaces, folder, _write_versions(folder, rows), as_written, counts)


def _snapshot_rows(board: Board) -> Iterator[tuple]:
    ranked = {
        header: bool(header) and read_shape(header).rank_at is not None
        for header in {snapshot.header for snapshot in board.snapshots}
    }
    for s in board.snapshots:
        yield s.number, s.moment, s.header, ranked[s.header], s.rows, s.crlf, s.final_newline


def _write(path: Path, rows: Iterable[Iterable[object]]) -> None:
    """Write rows as CSV: None as NULL, bytes as hexadecimal."""

    def cell(value: object) -> str:
        if value is None:
            return NULL
        return value.hex() if isinstance(value, bytes) else str(value)

    with open(path, "w", encoding="utf-8", newline="") as out:
        out.writelines(csv_line(map(cell, row)) + "\n" for row in rows)


def _write_versions(folder: Path, board: Board) -> list[tuple[tuple[str, ...], Path]]:
    """Write versions as CSV: first, last, place and then the text, which is CSV already."""
    columns = {
        header: read_shape(header).columns
        for header in {snapshot.header for snapshot in board.snapshots}
        if header
    }
    lines: dict[tuple[str, ...], list[bytes]] = defaultdict(list)
    for place, (first, last, text) in enumerate(
        zip(board.first, board.last, board.texts, strict=True), 1
    ):
        names = columns[board.snapshots[first - 1].header]
        lines[names].append(b"%d,%d,%d,%b\n" % (first, last, place, text))
    paths = []
    for number, (names, found) in enumerate(lines.items()):
        paths.append((names, folder / f"versions_{number}.csv"))
        paths[-1][1].write_bytes(b"".join(found))
    return paths
