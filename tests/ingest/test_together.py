"""Several things at once: in order, and what goes wrong in one reaches whoever waits."""

from __future__ import annotations

import threading
import time

import pytest

from ingest.together import together


class TooLate(Exception):
    pass


class NoUsualError(BaseException):
    pass


def ask(do, things, at_once=3, seconds=5.0):
    return list(together(do, things, at_once, time.monotonic() + seconds, TooLate()))


def test_what_is_done_comes_in_order_though_the_first_takes_longest():
    def do(number: int) -> int:
        time.sleep(0.05 * (3 - number))
        return 10 * number

    assert ask(do, [0, 1, 2, 3]) == [0, 10, 20, 30]
    assert ask(do, []) == []


def test_no_more_than_that_many_are_under_way():
    under_way, most, lock = 0, 0, threading.Lock()

    def do(_: int) -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.02)
        with lock:
            under_way -= 1

    ask(do, range(8), at_once=2)
    assert most == 2


@pytest.mark.parametrize("error", [KeyError, OSError, NoUsualError])
def test_what_goes_wrong_is_raised_where_it_is_waited_for(error):
    def do(number: int) -> int:
        if number == 1:
            raise error
        return number

    with pytest.raises(error):
        ask(do, [0, 1, 2])


def test_after_the_deadline_nobody_waits_and_nothing_keeps_the_command_from_ending():
    began = time.monotonic()
    with pytest.raises(TooLate):
        ask(lambda _: time.sleep(3), [0], seconds=0.1)
    assert time.monotonic() - began < 2
    others = [t for t in threading.enumerate() if t is not threading.main_thread()]
    assert others and all(thread.daemon for thread in others)
