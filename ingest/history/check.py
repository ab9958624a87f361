"""Rebuild every snapshot from the database and compare it with the files, byte for byte.

`python -m league check` does it.

Without a source the rebuilt bytes are compared with the git blob SHA-1 written down when
the file was read. With a git clone they are compared with the blobs of its tree; with a
folder also with the files themselves.
"""

from __future__ import annotations

import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import as_completed
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.database import why_not
from ingest.errors import IngestError
from ingest.history.board import Board, Snapshot, blob_id
from ingest.history.decode import decode
from ingest.history.errors import Damaged, NotASnapshot, Unreadable
from ingest.history.folder import read_body
from ingest.history.listed import Listed
from ingest.history.read_back import read_board
from ingest.history.source import Source, list_files, open_source
from ingest.history.workers import SMALL, process_pool, submit
from ingest.progress import bytes_read


class Report(NamedTuple):
    """What was compared, and a sentence for each difference."""

    snapshots: int
    rows: int
    bytes: int
    differences: list[str]


def check(database: Path, source: Path | None = None, progress: bool = True) -> Report:
    """Rebuild and compare every snapshot of every board.

    Raises IngestError when the source cannot be read, duckdb.Error when the database cannot.
    """
    where = open_source(source) if source else None
    listed: dict[str, list[Listed]] = defaultdict(list)
    for file in list_files(where) if where else ():
        listed[file.board].append(file)
    with _open(database) as connection:
        sizes = dict(
            connection.execute(
                "select leaderboard_arn, sum(bytes)::bigint from history.file group by all"
            ).fetchall()
        )
    boards = sorted({*sizes, *listed}, key=lambda board: -sizes.get(board, 0))
    tasks = [(database, where, board, listed[board]) for board in boards]
    reports = []
    with bytes_read("Rebuilding the history", sum(sizes.values()), progress) as show:
        for report in _run_all(tasks, sum(sizes.values())):
            reports.append(report)
            show(sum(r.snapshots for r in reports), sum(r.bytes for r in reports))
    return Report(
        sum(report.snapshots for report in reports),
        sum(report.rows for report in reports),
        sum(report.bytes for report in reports),
        sorted(sentence for report in reports for sentence in report.differences),
    )


def _open(database: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(database), read_only=True)
    except duckdb.Error as refused:
        raise IngestError(why_not(database, refused)) from refused


def _run_all(tasks: list[tuple], size: int) -> Iterator[Report]:
    if size < SMALL:
        for task in tasks:
            yield check_board(*task)
        return
    with process_pool() as pool:
        for done in as_completed([submit(pool, check_board, *task) for task in tasks]):
            yield done.result()


def check_board(
    database: Path, source: Source | None, board: str, listed: list[Listed]
) -> Report:
    """Compare one board."""
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            held = read_board(connection, board) or Board()
        except Damaged as error:
            return Report(0, 0, 0, [f"{error} Delete the board's rows and load it again."])
    in_source = {file.name: file for file in listed}
    differences = _of_names(held, in_source) if source else []
    expected = {o.file_name: o for o in held.outcomes if o.outcome != "quarantined"}
    rebuilt: set[str] = set()
    rows = size = 0
    try:
        for snapshot, body in decode(held):
            name = f"{snapshot.moment}.csv"
            rebuilt.add(name)
            rows += snapshot.rows
            size += len(body)
            if name not in expected:
                differences.append((name, "has a snapshot and no outcome that says so"))
                continue
            differences += _of_bodies(name, snapshot, body, expected[name].blob)
            if source and name in in_source:
                differences += _of_source(source, in_source[name], body)
    except (IndexError, NotASnapshot, TypeError, ValueError, zlib.error) as error:
        found = f"cannot be rebuilt after {len(rebuilt):,} snapshots: {error!r}"
        differences.append(("", found))
    for name in sorted(expected.keys() - rebuilt):
        found = f"is marked {expected[name].outcome} and has no snapshot"
        differences.append((name, found))
    return Report(
        len(rebuilt), rows, size, [f"{board}/{n}: {what}" for n, what in differences]
    )


def _of_names(held: Board, in_source: dict[str, Listed]) -> list[tuple[str, str]]:
    names = {outcome.file_name for outcome in held.outcomes}
    missing = "is in the database and not in this source"
    unknown = "is in the source and not in the database; load it"
    return [
        *((name, missing) for name in sorted(names - in_source.keys())),
        *((name, unknown) for name in sorted(in_source.keys() - names)),
    ]


def _of_bodies(
    name: str, snapshot: Snapshot, body: bytes, loaded: bytes
) -> Iterator[tuple[str, str]]:
    blob = blob_id(body)
    if blob != loaded:
        found = f"{blob.hex()} when rebuilt ({len(body):,} bytes, {snapshot.rows:,} rows)"
        yield name, f"expected git blob {loaded.hex()} as loaded, found {found}"


def _of_source(source: Source, file: Listed, body: bytes) -> Iterator[tuple[str, str]]:
    if file.blob is not None:
        blob = blob_id(body)
        if file.blob != blob:
            yield (
                file.name,
                f"expected git blob {file.blob.hex()} as in the source, found {blob.hex()} "
                "when rebuilt",
            )
        return
    try:
        found = read_body(source.path, file)
    except Unreadable as reason:
        yield file.name, f"cannot be compared. {reason}"
        return
    if found != body:
        yield file.name, how_bodies_differ(found, body)


def how_bodies_differ(file: bytes, rebuilt: bytes) -> str:
    """A sentence with the row counts and the first line that differs."""
    left, right = file.split(b"\n"), rebuilt.split(b"\n")
    line = next(
        (
            number
            for number, pair in enumerate(zip(left, right, strict=False), 1)
            if pair[0] != pair[1]
        ),
        min(len(left), len(right)),
    )
    return (
        f"expected {len(left) - 2:,} rows as in the file, rebuilt {len(right) - 2:,}; "
        f"the first difference is in line {line}"
    )


def print_check(database: Path, source: Path | None = None) -> bool:
    """Check, and print the differences to stderr; whether there are none."""
    report = check(database, source)
    for sentence in report.differences[:50]:
        print(sentence, file=sys.stderr)
    if len(report.differences) > 50:
        print(f"… and {len(report.differences) - 50:,} more", file=sys.stderr)
    print(
        f"{report.snapshots:,} snapshots rebuilt, {report.rows:,} rows, "
        f"{report.bytes / 1e9:.2f} GB; {len(report.differences):,} differences"
    )
    return not report.differences
