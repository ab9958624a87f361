"""Do several things at once, and be able to leave while some are still under way."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

What = TypeVar("What")
Done = TypeVar("Done")
# How soon a Ctrl-C is noticed.
TICK_SECONDS = 0.2


def together(
    do: Callable[[What], Done],
    things: Sequence[What],
    at_once: int,
    deadline: float,
    too_late: Exception,
) -> Iterator[Done]:
    """`do` each thing, `at_once` of them at a time; what they give, in their order.

    The threads end with the process: a connection that hangs keeps nobody from leaving, as
    it would with a ThreadPoolExecutor, which waits for all of them.

    deadline: by time.monotonic(). Raises `too_late` then, and what `do` raises at once.
    """
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, Done | None, BaseException | None]] = (
        queue.SimpleQueue()
    )
    stop = threading.Event()
    for number in range(len(things)):
        waiting.put(number)

    def work() -> None:
        while not stop.is_set():
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((number, do(things[number]), None))
            except BaseException as failed:
                done.put((number, None, failed))

    for _ in range(min(at_once, len(things))):
        threading.Thread(target=work, daemon=True).start()
    ready: dict[int, Done] = {}
    try:
        for number in range(len(things)):
            while number not in ready:
                found = _next(done, deadline, too_late)
                if found[2] is not None:
                    raise found[2]
                ready[found[0]] = found[1]
            yield ready.pop(number)
    finally:
        stop.set()


def _next(done: queue.SimpleQueue, deadline: float, too_late: Exception) -> tuple:
    while True:
        try:
            return done.get(timeout=TICK_SECONDS)
        except queue.Empty:
            if time.monotonic() > deadline:
                raise too_late from None
