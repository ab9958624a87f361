"""The processes that encode: when the work is left, however, none goes on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from unittest.mock import Mock

import pytest

from ingest.errors import IngestError
from ingest.history.workers import process_pool, submit
from league.stop import Stopped, stoppable


class NoUsualError(BaseException):
    pass


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, NoUsualError])
def test_any_error_kills_the_processes_at_once(error):
    before = multiprocessing.active_children()
    with pytest.raises(error), process_pool() as pool:
        submit(pool, time.sleep, 0).result()
        submit(pool, time.sleep, 60)
        began = time.monotonic()
        raise error
    assert time.monotonic() - began < 30
    # A process that ends closes its pipe, which is what `join` waits for, before it is gone.
    while set(multiprocessing.active_children()) - set(before):
        assert time.monotonic() - began < 30
        time.sleep(0.01)


def test_a_process_killed_from_outside_ends_in_a_sentence():
    with pytest.raises(IngestError, match="found one of them killed"), process_pool() as pool:
        os.kill(submit(pool, os.getpid).result(), signal.SIGKILL)
        submit(pool, time.sleep, 1).result()
        submit(pool, time.sleep, 1).result()


def test_a_stop_waits_until_a_process_is_started():
    """A half started process would end in a traceback."""
    pool, is_over = Mock(), threading.Event()
    # Another thread, like DuckDB's, may get the signal.
    threading.Thread(target=is_over.wait, daemon=True).start()
    started = []

    def start() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)
        started.append("whole")

    pool.submit = start
    with pytest.raises(Stopped), stoppable():
        submit(pool)
    is_over.set()
    assert started == ["whole"]
