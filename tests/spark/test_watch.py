"""Whoever waits for a cluster notices that it is lost."""

from __future__ import annotations

import threading
import time

import pytest

from spark.errors import NoCluster
from spark.watch import watched


def lost() -> None:
    raise NoCluster("the workers ended")


def test_a_question_that_nobody_answers_any_more_ends_when_the_cluster_is_lost():
    never = threading.Event()
    began = time.monotonic()
    with pytest.raises(NoCluster, match="the workers ended"):
        watched(never.wait, lost)
    assert time.monotonic() - began < 30
    never.set()


def test_an_answer_and_an_error_arrive_as_they_are():
    assert watched(lambda: 5, lambda: None) == 5
    with pytest.raises(ZeroDivisionError):
        watched(lambda: 1 / 0, lambda: None)
