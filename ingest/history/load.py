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
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.database import open_database
from ingest.errors import IngestError
from ingest.history.decode import decode, read_board
from ingest.history.encode import encode
from ingest.history.insert import insert_board
from ingest.history.snapshot import Board, SnapshotFile
from ingest.history.source import Source, add_git_blob, list_files, open_source, read_files
from league.errors import SIGNALS, undisturbed
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
    opened = open_source(source)
    with open_database(database) as connection:
        # One checkpoint at the end: each one in between packs the last rows again. A second
        # thread only waits.
        connection.execute("set checkpoint_threshold = '1GB'; set threads = 1")
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
) -> tuple[dict[str, list[SnapshotFile]], int]:
    """The new files by board, the largest board first so that none is left over at the end; and
    how many files are known."""
    columns = ", ".join(SnapshotFile._fields)
    seen = {
        (board, file.file_name): file
        for board, *row in connection.execute(
            f"select leaderboard_arn, {columns} from history.file"
        ).fetchall()
        for file in [SnapshotFile(*row)]
    }
    new: dict[str, list[SnapshotFile]] = defaultdict(list)
    known = 0
    for board, file in list_files(source):
        before = seen.get((board, file.file_name))
        if before and _is_same(source, board, file, before):
            known += 1
        else:
            new[board].append(file)
    for files in new.values():
        files.sort()
    return dict(sorted(new.items(), key=lambda board: -_size(board[1]))), known


def _is_same(source: Source, board: str, file: SnapshotFile, before: SnapshotFile) -> bool:
    """By size and time in a folder, or by content. A copied archive has new times and the same
    content."""
    is_untouched = (file.bytes, file.changed_ns) == (before.bytes, before.changed_ns)
    if is_untouched and file.changed_ns and before.git_blob:
        return True
    file = add_git_blob(source, board, file)
    return (file.git_blob or file.message) == (before.git_blob or before.message)


def _size(files: list[SnapshotFile]) -> int:
    return sum(file.bytes for file in files)


def _load_boards(
    connection: duckdb.DuckDBPyConnection, source: Source, new: dict[str, list[SnapshotFile]]
) -> dict[str, int]:
    """Encode and insert boards with new files; files by outcome."""
    outcomes: Counter[str] = Counter()
    tasks = ((source, arn, files, read_board(connection, arn)) for arn, files in new.items())
    with _workers(sum(map(_size, new.values()))) as pool:
        for arn, board in steps(_encode_ahead(pool, tasks), len(new), "Loading the boards"):
            insert_board(connection, arn, board)
            names = {file.file_name for file in new[arn]}
            outcomes.update(f.outcome for f in board.files if f.file_name in names)
    return dict(outcomes)


def _encode_ahead(pool: Executor, tasks: Iterable[tuple]) -> Iterator[tuple[str, Board]]:
    """Encode boards, in their order, a few of them while one is inserted."""
    running: deque[Future[tuple[str, Board]]] = deque()
    for task in tasks:
        running.append(pool.submit(encode_board, *task))
        if len(running) > MAX_BOARDS:
            yield running.popleft().result()
    yield from (future.result() for future in running)


@contextmanager
def _workers(size: int) -> Iterator[Executor]:
    """Two processes, or a thread for a few bytes. The processes leave Ctrl-C and SIGTERM to
    this one, and are gone when it is, or when this is left.

    Raises IngestError when one of them was killed from outside.
    """
    pool: Executor = ThreadPoolExecutor(1)
    try:
        if size >= SMALL:
            spawn = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(MAX_WORKERS, spawn, _end_with_the_parent)
            _start_processes(pool)
        yield pool
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
    source: Source, arn: str, new: list[SnapshotFile], old: Board | None
) -> tuple[str, Board]:
    """Encode the new files of one board; its Arn and all its rows.

    The old files are rebuilt and encoded again together with the new ones, in order of time,
    so the order of arrival leaves no trace.
    """
    files = read_files(source, arn, new)
    if old:
        rebuilt = _rebuild(old, {file.file_name for file in new})
        files = heapq.merge(files, rebuilt, key=lambda found: found[0].file_name)
    return arn, encode(files)


def _rebuild(old: Board, renewed: set[str]) -> Iterator[tuple[SnapshotFile, bytes]]:
    """The files of the history and their contents, without those that are read again."""
    snapshots = decode(old)
    for file in old.files:
        body = b"" if file.message else next(snapshots)[1]
        if file.file_name not in renewed:
            yield file, body
