"""Load the hourly snapshots of the archive into schema `history` of a DuckDB database.

One board is one transaction: the outcomes of its files and the rows they led to are
committed together or not at all. A second run reads only files it has not seen. Two
processes encode while this one, the only writer, inserts.
"""

from __future__ import annotations

import heapq
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.database import open_database
from ingest.errors import BadFile, IngestError
from ingest.file import git_blob
from ingest.history.board import Board, Outcome, SnapshotFile, SourceFile
from ingest.history.decode import decode, read_board
from ingest.history.encode import encode
from ingest.history.source import (
    Source,
    check_name,
    list_files,
    open_source,
    read_body,
    read_files,
)
from ingest.history.staging import StagedBoard, insert_board, stage_board, staging_folder
from ingest.history.workers import each_board
from ingest.progress import steps


class Summary(NamedTuple):
    """What a run did: files by outcome, and how many were known already."""

    outcomes: dict[str, int]
    known: int


class Plan(NamedTuple):
    """The new files by board, the largest board first so that none is left over at the end;
    known files that have another time than before; and how many files are known."""

    new: dict[str, list[SourceFile]]
    touched: list[SourceFile]
    known: int


def load(database: Path, source: Path) -> Summary:
    """Load every snapshot of `source` that `database` does not hold yet.

    `source` is a folder in upstream's layout or a git clone. A file is new when its Arn and
    name are, or when its content differs from what was loaded. Files that are no longer in the
    source stay in the history. Interrupt it as you like; run it again to go on.

    Raises IngestError when the source cannot be read or the database not be opened,
    duckdb.Error or OSError when there is no room to write. A broken file raises nothing: it is
    quarantined, see `history.file`.
    """
    if database.stem == "history":
        raise IngestError(
            f"Expected a database file with another name than {database}: in a file named "
            "history, DuckDB cannot tell the schema history from the database. Rename it."
        )
    opened = open_source(source)
    with open_database(database) as connection:
        # One checkpoint at the end: each one in between packs the last rows again.
        connection.execute("set checkpoint_threshold = '1GB'")
        plan = make_plan(connection, opened)
        _note_times(connection, plan.touched)
        if plan.new:
            connection.execute(
                "insert into history.unfinished select ? "
                "where not exists (select 1 from history.unfinished)",
                [datetime.now(timezone.utc).replace(tzinfo=None)],
            )
        outcomes = _load_boards(connection, database, opened, plan)
        connection.execute("delete from history.unfinished")
        connection.execute("checkpoint")
    return Summary(outcomes, plan.known)


def make_plan(connection: duckdb.DuckDBPyConnection, source: Source) -> Plan:
    """Compare the source with what was loaded.

    A file is known by its git blob, or by its size and time. Where only the time differs the
    file is read: a copied archive has new times and the same content.
    """
    columns = ", ".join(Outcome._fields)
    seen = {
        (board, outcome.file_name): outcome
        for board, *row in connection.execute(
            f"select leaderboard_arn, {columns} from history.file"
        ).fetchall()
        for outcome in [Outcome(*row)]
    }
    new: dict[str, list[SourceFile]] = defaultdict(list)
    touched: list[SourceFile] = []
    known = 0
    for file in list_files(source):
        before = seen.get((file.board, file.name))
        if before is None or not _is_same(source, file, before):
            new[file.board].append(file)
            continue
        known += 1
        if file.changed_ns is not None and before.changed_ns != file.changed_ns:
            touched.append(file)
    for files in new.values():
        files.sort(key=lambda file: file.name)
    largest_first = sorted(new.items(), key=lambda board: -_size(board[1]))
    return Plan(dict(largest_first), touched, known)


def _is_same(source: Source, file: SourceFile, before: Outcome) -> bool:
    if file.git_blob is not None:
        return file.git_blob == before.git_blob
    if before.git_blob and file.size != before.bytes:
        return False
    if before.git_blob and file.changed_ns == before.changed_ns:
        return True
    try:
        return git_blob(read_body(source.path, file)) == before.git_blob
    except BadFile as reason:
        return str(reason) == before.message


def _size(files: list[SourceFile]) -> int:
    return sum(file.size for file in files)


def _note_times(connection: duckdb.DuckDBPyConnection, touched: list[SourceFile]) -> None:
    if touched:
        connection.execute(
            """
            update history.file set changed_ns = touched.changed_ns
            from (
                select unnest($boards) as board, unnest($names) as name,
                    unnest($times::bigint[]) as changed_ns
            ) as touched
            where leaderboard_arn = touched.board and file_name = touched.name
            """,
            {
                "boards": [file.board for file in touched],
                "names": [file.name for file in touched],
                "times": [file.changed_ns for file in touched],
            },
        )


def _load_boards(
    connection: duckdb.DuckDBPyConnection, database: Path, source: Source, plan: Plan
) -> dict[str, int]:
    """Encode and insert the planned boards; files by outcome."""
    outcomes: Counter[str] = Counter()
    with staging_folder(database) as staging:
        tasks = (
            (source, board, files, read_board(connection, board), staging)
            for board, files in plan.new.items()
        )
        total = sum(map(_size, plan.new.values()))
        with closing(each_board(encode_board, tasks, total)) as staged:
            for board in steps(staged, len(plan.new), "Loading the boards"):
                insert_board(connection, board)
                shutil.rmtree(board.folder)
                outcomes.update(board.outcomes)
    return dict(outcomes)


def encode_board(
    source: Source, name: str, new: list[SourceFile], old: Board | None, staging: Path
) -> StagedBoard:
    """Encode the new files of one board and write its rows to CSV files in `staging`.

    The old files are rebuilt and encoded again together with the new ones, in order of time,
    so the order of arrival leaves no trace.
    """
    outcomes: list[Outcome] = []
    files = _read_good(source, new, outcomes)
    times = {file.name: file.changed_ns for file in new}
    if old:
        # Files seen before that are not in the history keep their outcome.
        kept = [outcome for outcome in old.outcomes if outcome.file_name not in times]
        outcomes += [outcome for outcome in kept if outcome.outcome == "quarantined"]
        files = heapq.merge(
            files, _rebuild(old, set(times)), key=lambda file: file.snapshot_at
        )
        times |= {outcome.file_name: outcome.changed_ns for outcome in kept}
    board = encode(files)
    board.outcomes = [
        outcome._replace(changed_ns=times[outcome.file_name])
        for outcome in [*outcomes, *board.outcomes]
    ]
    names = {file.name for file in new}
    counts = Counter(o.outcome for o in board.outcomes if o.file_name in names)
    return stage_board(staging, name, board, old is not None, counts)


def _read_good(
    source: Source, files: list[SourceFile], outcomes: list[Outcome]
) -> Iterator[SnapshotFile]:
    """The files that may be snapshots; the others become outcomes."""
    for source_file, file in read_files(source, files):
        reason = check_name(source_file.name)
        if isinstance(file, BadFile):
            size = source_file.size if source_file.git_blob else 0
            outcomes.append(
                Outcome(source_file.name, "quarantined", size, source_file.git_blob, str(file))
            )
        elif reason:
            size = len(file.body)
            outcomes.append(
                Outcome(source_file.name, "quarantined", size, file.git_blob, reason)
            )
        else:
            yield file


def _rebuild(old: Board, renewed: set[str]) -> Iterator[SnapshotFile]:
    """The files of the history, without those that are read again."""
    for snapshot, body in decode(old):
        if f"{snapshot.snapshot_at}.csv" not in renewed:
            yield SnapshotFile(snapshot.snapshot_at, git_blob(body), body)
