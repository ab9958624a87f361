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
def test_whatever_the_work_is_left_by_its_processes_are_killed_and_not_waited_for(error):
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


def test_whoever_stops_the_load_while_a_process_is_being_started_waits_until_it_is():
    """A process of which only half was started tells that in a traceback."""
    pool, is_over = Mock(), threading.Event()
    # Whoever has another thread, like DuckDB's, may get the signal there.
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
