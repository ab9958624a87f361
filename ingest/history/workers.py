"""Encode boards: a few here, many in processes of their own."""

from __future__ import annotations

import heapq
import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

from ingest.errors import IngestError
from ingest.history.board import Board, Outcome, SnapshotFile, blob_id
from ingest.history.decode import decode
from ingest.history.encode import encode
from ingest.history.errors import Unreadable
from ingest.history.plan import BoardPlan
from ingest.history.source import Source, read_files, wrong_name
from ingest.history.spool import Spooled, spool_board
from league.stop import SIGNALS, undisturbed

TICK = 0.5  # seconds between updates of the progress bar
SMALL = 30_000_000  # bytes; below this starting processes costs more than it saves
PROCESSES = 2

Tally = Any
"""A shared array of two numbers, files and bytes (multiprocessing names no type for it)."""


class Work(NamedTuple):
    """One board to encode: what to read, and what the database holds of it already."""

    plan: BoardPlan
    old: Board | None


def new_tally() -> Tally:
    return multiprocessing.get_context("spawn").Array("q", 2)


def encode_boards(
    source: Source,
    work: Iterable[Work],
    size: int,
    spool: Path,
    done: Tally,
    tick: Callable[[], None],
) -> Iterator[Spooled]:
    """Encode the boards, `size` bytes in all, yielding each when it is ready. `done` counts
    files and bytes read; `tick` is called now and then to show them."""
    if size < SMALL:
        for small in work:
            yield encode_work(source, small, spool, done)
        return
    with process_pool(done) as pool:
        running: set[Future[Spooled]] = set()
        for item in chain(work, [None]):
            if item:
                running.add(submit(pool, _encode_in_worker, source, item, spool))
            # One board more than processes, so that none waits for this one to insert.
            while len(running) > (PROCESSES if item else 0):
                ready, running = wait(running, TICK, FIRST_COMPLETED)
                yield from (future.result() for future in ready)
                tick()


def encode_work(source: Source, work: Work, spool: Path, done: Tally) -> Spooled:
    """Encode one board and write its rows to CSV files in `spool`, counting what was read.

    The old files are rebuilt and encoded anew together with the new ones, in order of time,
    so the order of arrival leaves no trace.
    """
    plan, old = work
    outcomes: list[Outcome] = []
    files = _read_good(source, plan, outcomes, done)
    renewed = {file.name for file in plan.files}
    if old:
        # Files seen before that are not in the history keep their outcome.
        outcomes += [
            before
            for before in old.outcomes
            if before.outcome == "quarantined" and before.file_name not in renewed
        ]
        files = heapq.merge(files, _old_files(old, renewed), key=lambda file: file.moment)
    board = encode(files)
    outcomes += board.outcomes
    counts = Counter(row.outcome for row in outcomes if row.file_name in renewed)
    return spool_board(spool, plan.board, old is not None, board, outcomes, plan.times, counts)


def _read_good(
    source: Source, plan: BoardPlan, outcomes: list[Outcome], done: Tally
) -> Iterator[SnapshotFile]:
    """The new files that may be snapshots; the others become outcomes."""
    for listed, file in read_files(source, plan.files):
        with done.get_lock():
            done[0] += 1
            done[1] += listed.size
        reason = wrong_name(listed.name)
        if isinstance(file, Unreadable):
            size = listed.size if listed.blob else 0
            outcomes.append(
                Outcome(listed.name, "quarantined", size, listed.blob or b"", str(file))
            )
        elif reason:
            outcomes.append(
                Outcome(listed.name, "quarantined", len(file.body), file.blob, reason)
            )
        else:
            yield file


def _old_files(old: Board, renewed: set[str]) -> Iterator[SnapshotFile]:
    """The files of the history, rebuilt, without those that will be read again."""
    for snapshot, body in decode(old):
        if f"{snapshot.moment}.csv" not in renewed:
            yield SnapshotFile(snapshot.moment, blob_id(body), body)


# Processes. They leave Ctrl-C and SIGTERM to the parent, and end when the parent is gone.


@contextmanager
def process_pool(done: Tally | None = None) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes are all gone when the block is left, whatever it was left by.

    Raises IngestError when a process was killed from outside.
    """
    others = multiprocessing.active_children()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, spawn, _start_worker, (done,)) as pool:
        try:
            yield pool
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                if process not in others:
                    process.kill()
            if isinstance(error, BrokenProcessPool):
                raise IngestError(
                    "Expected two processes to encode the history, found one of them killed, "
                    "perhaps for want of memory. Run again to go on."
                ) from None
            raise


def submit(pool: ProcessPoolExecutor, *call: Any) -> Future:
    """Give the pool work. A process that this starts gets no signal of ours, not even while
    it is still importing, and none is left half started."""
    with undisturbed():
        if not hasattr(signal, "pthread_sigmask"):  # Windows
            return pool.submit(*call)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            return pool.submit(*call)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker(done: Tally | None) -> None:
    """In a process: remember where to count; a shared tally cannot travel with each task."""
    global _done
    _done = done
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


_done: Tally | None = None


def _encode_in_worker(source: Source, work: Work, spool: Path) -> Spooled:
    assert _done is not None
    return encode_work(source, work, spool, _done)
