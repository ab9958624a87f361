"""Rebuild every snapshot from the database and compare it with the files, byte for byte.

`python -m league check` does it.

The rebuilt bytes are compared by their git blob: with the one written down when the file was
read, and with a source also with that of the file there.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.database import explain
from ingest.errors import BadFile, IngestError
from ingest.file import git_blob
from ingest.history.board import Board, SourceFile
from ingest.history.decode import Damaged, decode, read_board
from ingest.history.source import Source, list_files, open_source, read_body
from ingest.history.workers import each_board
from ingest.progress import steps
from league.text import say


class Report(NamedTuple):
    """What was compared, and a sentence for each difference."""

    snapshots: int
    rows: int
    bytes: int
    differences: list[str]


def check(database: Path, source: Path | None = None) -> Report:
    """Rebuild and compare every snapshot of every board.

    Raises IngestError when the source or the database cannot be read.
    """
    opened = open_source(source) if source else None
    source_files: dict[str, list[SourceFile]] = defaultdict(list)
    for file in list_files(opened) if opened else ():
        source_files[file.board].append(file)
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            sizes = dict(
                connection.execute(
                    "select leaderboard_arn, sum(bytes)::bigint from history.file group by all"
                ).fetchall()
            )
    except duckdb.Error as refused:
        raise IngestError(explain(database, refused)) from refused
    boards = sorted({*sizes, *source_files}, key=lambda board: -sizes.get(board, 0))
    tasks = ((database, opened, board, source_files[board]) for board in boards)
    with closing(each_board(check_board, tasks, sum(sizes.values()))) as checked:
        reports = list(steps(checked, len(boards), "Rebuilding the history"))
    return Report(
        sum(report.snapshots for report in reports),
        sum(report.rows for report in reports),
        sum(report.bytes for report in reports),
        sorted(sentence for report in reports for sentence in report.differences),
    )


def check_board(
    database: Path, source: Source | None, arn: str, source_files: list[SourceFile]
) -> Report:
    """Compare one board."""
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            board = read_board(connection, arn) or Board()
        except Damaged as error:
            return Report(0, 0, 0, [f"{error} Delete the board's rows and load it again."])
    loaded = {o.file_name: o.git_blob for o in board.outcomes if o.outcome != "quarantined"}
    in_source = {file.name: file for file in source_files}
    differences: list[tuple[str, str]] = []
    if source:
        in_database = {outcome.file_name for outcome in board.outcomes}
        missing = "is in the database and not in this source"
        differences += [(name, missing) for name in in_database - in_source.keys()]
        new = "is in the source and not in the database; load it"
        differences += [(name, new) for name in in_source.keys() - in_database]
    rebuilt: set[str] = set()
    rows = size = 0
    try:
        for snapshot, body in decode(board):
            name, blob = f"{snapshot.snapshot_at}.csv", git_blob(body)
            rebuilt.add(name)
            rows += snapshot.row_count
            size += len(body)
            found = (
                f"found {blob} when rebuilt ({len(body):,} bytes, {snapshot.row_count:,} rows)"
            )
            if blob != loaded.get(name):
                differences.append((name, f"expected git blob {loaded.get(name)}, {found}"))
            if source and name in in_source:
                expected = _blob_in_source(source, in_source[name])
                if blob != expected:
                    differences.append((name, f"expected {expected} in the source, {found}"))
    except (BadFile, IndexError, TypeError, ValueError, zlib.error) as error:
        stopped = f"cannot be rebuilt after {len(rebuilt):,} snapshots: {error!r}"
        differences.append(("", stopped))
    differences += [(name, "has no snapshot") for name in loaded.keys() - rebuilt]
    sentences = [f"{arn}/{name}: {difference}" for name, difference in differences]
    return Report(len(rebuilt), rows, size, sentences)


def _blob_in_source(source: Source, file: SourceFile) -> str:
    """The git blob of a file, or why it cannot be compared."""
    try:
        return file.git_blob or git_blob(read_body(source.path, file))
    except BadFile as reason:
        return f"another file. {reason}"


def print_check(database: Path, source: Path | None = None) -> bool:
    """Check, and print the differences to stderr; whether there are none."""
    report = check(database, source)
    for sentence in report.differences[:50]:
        say(sentence, aside=True)
    if len(report.differences) > 50:
        say(f"… and {len(report.differences) - 50:,} more", aside=True)
    say(
        f"{report.snapshots:,} snapshots rebuilt, {report.rows:,} rows, "
        f"{report.bytes / 1e9:.2f} GB; {len(report.differences):,} differences"
    )
    return not report.differences
