"""Work on boards: a few in this process, many in two processes of their own.

Those leave Ctrl-C and SIGTERM to this one, and end when it is gone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from ingest.errors import IngestError
from league.stop import SIGNALS, undisturbed

Result = TypeVar("Result")

SMALL = 30_000_000  # bytes; below this starting processes costs more than it saves
MAX_WORKERS = 2


def each_board(
    work: Callable[..., Result], tasks: Iterable[tuple], size: int
) -> Generator[Result, None, None]:
    """Call `work` with the arguments of each task, `size` bytes of snapshots in all; results
    as they are ready. Tasks are taken only when their turn comes."""
    if size < SMALL:
        for task in tasks:
            yield work(*task)
        return
    with process_pool() as pool:
        running: set[Future[Result]] = set()
        for task in tasks:
            running.add(submit(pool, work, *task))
            # One task more than processes, so that none waits for this one.
            if len(running) > MAX_WORKERS:
                ready, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in ready)
        yield from (future.result() for future in as_completed(running))


@contextmanager
def process_pool() -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes are all gone when the block is left, by an error as well.

    Raises IngestError when a process was killed from outside.
    """
    others = multiprocessing.active_children()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(MAX_WORKERS, spawn, _start_worker) as pool:
        try:
            yield pool
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                if process not in others:
                    process.kill()
            if isinstance(error, BrokenProcessPool):
                raise IngestError(
                    "Expected two processes to work on the history, found one of them killed, "
                    "perhaps for want of memory. Run again to go on."
                ) from None
            raise


def submit(pool: ProcessPoolExecutor, *call: Any) -> Future:
    """Give the pool work. A process that this starts gets no signal of ours, not even while
    it is still importing, and none is left half started."""
    with undisturbed():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            return pool.submit(*call)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
