"""Waiting for a cluster that may be lost meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

Done = TypeVar("Done")
TICK = 0.5  # seconds


def watched(do: Callable[[], Done], is_watched: Callable[[], object]) -> Done:
    """What `do` gives or raises. Beside it `is_watched` is called now and then: what that
    raises ends the waiting, and `do` ends with the process if it never does."""
    done: Future[Done] = Future()

    def work() -> None:
        try:
            done.set_result(do())
        except BaseException as refused:
            done.set_exception(refused)

    Thread(target=work, daemon=True).start()
    while not wait([done], TICK).done:
        is_watched()
    return done.result()
