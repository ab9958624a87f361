"""Load the hourly snapshots of the archive into schema `history` of a DuckDB database.

One board is one transaction: the outcomes of its files and the rows they led to are
committed together or not at all. A second run reads only files it has not seen. Two
processes encode while this one, the only writer, inserts.
"""

from __future__ import annotations

import heapq
import multiprocessing
import os
import signal
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.database import open_database
from ingest.errors import BadFile, IngestError
from ingest.file import git_blob
from ingest.history.decode import decode, read_board
from ingest.history.encode import encode
from ingest.history.insert import insert_board
from ingest.history.snapshot import Board, Outcome, SnapshotFile, SourceFile
from ingest.history.source import (
    Source,
    check_name,
    list_files,
    open_source,
    read_body,
    read_files,
)
from league.data_folder import at_work, locked
from league.stop import SIGNALS, undisturbed
from league.terminal import steps
from league.text import say

SMALL = 30_000_000  # bytes; below this starting processes costs more than it saves
MAX_WORKERS, MAX_BOARDS = 2, 8  # as many boards are encoded ahead of the one that is inserted


class Summary(NamedTuple):
    """What a run did: files by outcome, and how many were known already."""

    outcomes: dict[str, int]
    known: int


def load_history(database: Path, source: Path) -> None:
    """Load every new snapshot of `source` into `database`, and print how many there were.

    Raises IngestError where not all was loaded; boards that were done are kept.
    """
    folder = database.parent
    with at_work(folder.parent) if folder.name == "build" else locked(folder):
        summary = load(database, source)
    found = ", ".join(f"{count:,} {what}" for what, count in sorted(summary.outcomes.items()))
    if not found and not summary.known:
        found = f"{source} has no hourly rankings like arn:…/2021-10-20T12:00:00Z.csv"
    say(f"{found or 'nothing new'}; {summary.known:,} files were known")
    if summary.outcomes.get("quarantined"):
        say("See: select * from history.file where outcome = 'quarantined'", aside=True)


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
    with open_database(database, with_raw=False) as connection:
        # One checkpoint at the end: each one in between packs the last rows again.
        connection.execute("set checkpoint_threshold = '1GB'")
        new, known = _find_new(connection, opened)
        if new:
            connection.execute(
                "insert into history.unfinished select ? "
                "where not exists (select 1 from history.unfinished)",
                [datetime.now(UTC).replace(tzinfo=None)],
            )
        outcomes = _load_boards(connection, opened, new)
        connection.execute("delete from history.unfinished")
        connection.execute("checkpoint")
    return Summary(outcomes, known)


def _find_new(
    connection: duckdb.DuckDBPyConnection, source: Source
) -> tuple[dict[str, list[SourceFile]], int]:
    """The new files by board, the largest board first so that none is left over at the end; and
    how many files are known."""
    columns = ", ".join(Outcome._fields)
    seen = {
        (board, outcome.file_name): outcome
        for board, *row in connection.execute(
            f"select leaderboard_arn, {columns} from history.file"
        ).fetchall()
        for outcome in [Outcome(*row)]
    }
    new: dict[str, list[SourceFile]] = defaultdict(list)
    known = 0
    for file in list_files(source):
        before = seen.get((file.board, file.name))
        if before and _is_same(source, file, before):
            known += 1
        else:
            new[file.board].append(file)
    for files in new.values():
        files.sort(key=lambda file: file.name)
    return dict(sorted(new.items(), key=lambda board: -_size(board[1]))), known


def _is_same(source: Source, file: SourceFile, before: Outcome) -> bool:
    """By its git blob, or by its size and time. A copied archive has new times and the same
    content, so where only the time differs the file is read."""
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


def _load_boards(
    connection: duckdb.DuckDBPyConnection, source: Source, new: dict[str, list[SourceFile]]
) -> dict[str, int]:
    """Encode and insert boards with new files; files by outcome."""
    outcomes: Counter[str] = Counter()
    tasks = ((source, arn, files, read_board(connection, arn)) for arn, files in new.items())
    work = _encode_boards if sum(map(_size, new.values())) < SMALL else _encode_in_processes
    with closing(work(tasks)) as encoded:
        for arn, board in steps(encoded, len(new), "Loading the boards"):
            insert_board(connection, arn, board)
            names = {file.name for file in new[arn]}
            outcomes.update(o.outcome for o in board.outcomes if o.file_name in names)
    return dict(outcomes)


def _encode_boards(tasks: Iterable[tuple]) -> Generator[tuple[str, Board], None, None]:
    for task in tasks:
        yield encode_board(*task)


def _encode_in_processes(tasks: Iterable[tuple]) -> Generator[tuple[str, Board], None, None]:
    """The same in two processes, in the same order. The processes leave Ctrl-C and SIGTERM to
    this one, and are gone when it is, or when this is left.

    Raises IngestError when one of them was killed from outside.
    """
    pool = ProcessPoolExecutor(
        MAX_WORKERS, multiprocessing.get_context("spawn"), _end_with_the_parent
    )
    try:
        _start_processes(pool)
        running: deque[Future[tuple[str, Board]]] = deque()
        for task in tasks:
            running.append(pool.submit(encode_board, *task))
            if len(running) > MAX_BOARDS:
                yield running.popleft().result()
        yield from (future.result() for future in running)
        pool.shutdown()
    except BrokenProcessPool:
        raise IngestError(
            "Expected two processes to work on the history, found one of them killed, "
            "perhaps for want of memory. Run again to go on."
        ) from None
    finally:
        for process in multiprocessing.active_children():
            process.kill()
        pool.shutdown(cancel_futures=True)


def _start_processes(pool: ProcessPoolExecutor) -> None:
    """Start all processes. They get no signal of ours, not even while they are still
    importing, and none is left half started."""
    with undisturbed():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            for _ in range(MAX_WORKERS):
                pool.submit(int)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_the_parent() -> None:
    def end_after(parent: multiprocessing.process.BaseProcess) -> None:
        parent.join()
        os._exit(1)

    if parent := multiprocessing.parent_process():
        threading.Thread(target=end_after, args=(parent,), daemon=True).start()


def encode_board(
    source: Source, arn: str, new: list[SourceFile], old: Board | None
) -> tuple[str, Board]:
    """Encode the new files of one board; its Arn and all its rows.

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
    return arn, board


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
