"""Ctrl-C and SIGTERM end a command with a sentence and an exit code, not a traceback."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE_S = 10


class Stopped(KeyboardInterrupt):
    """Somebody asked this process to end: `exit_code` is 130 for Ctrl-C, 143 for SIGTERM."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.exit_code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM raise Stopped. Only the first one does, so that
    cleanup is not interrupted. One that got lost on its way (Python drops what is raised
    while an object is deleted) is raised at the end. For the main thread of a process only."""
    asked: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        asked.append(number)
        raise Stopped(number)

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
        if asked:
            raise Stopped(asked[0])
    except RuntimeError as error:
        # DuckDB makes a "Query interrupted" of whatever a signal handler raises.
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise error.__cause__ from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM wait until the block is left: what is begun there is not left
    half done. A signal that another thread gets waits, too."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread is ever stopped.
        return
    asked: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if asked:
            signal.raise_signal(asked[0])


def end(running: subprocess.Popen) -> None:
    """End a program in the middle of its work, by force where asking does not help."""
    running.terminate()
    try:
        running.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
