"""A command that is stopped ends with its own exit code, and its transaction leaves nothing."""

from __future__ import annotations

import os
import signal
import threading
import time

import duckdb
import pytest

from ingest.database import transaction
from league.errors import Stopped, stoppable

ENDLESS = """
    insert into t
    select sum(hash(a.range) + b.range) from range(10000000) a, range(1000000) b
"""


@pytest.fixture
def database():
    with duckdb.connect() as connection:
        connection.execute("create table t (a hugeint)")
        yield connection


def rows(database: duckdb.DuckDBPyConnection) -> int:
    return database.execute("select count(*) from t").fetchone()[0]


def test_a_block_that_ends_well_is_committed(database):
    with transaction(database):
        database.execute("insert into t values (1)")
    assert rows(database) == 1


def test_a_block_that_is_left_by_any_error_leaves_nothing(database):
    for error in (ValueError, KeyboardInterrupt, SystemExit):
        with pytest.raises(error), transaction(database):
            database.execute("insert into t values (1)")
            raise error
    assert rows(database) == 0


def test_where_duckdb_has_rolled_back_already_the_first_error_is_the_one_told(database):
    with pytest.raises(ValueError, match="the true cause"), transaction(database):
        database.execute("rollback")
        raise ValueError("the true cause")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_long_statement_at_once_and_leaves_nothing(database, number, code):
    with pytest.raises(Stopped) as stopped, stoppable(), transaction(database):
        threading.Timer(0.3, os.kill, (os.getpid(), number)).start()
        started = time.monotonic()
        database.execute(ENDLESS)
    assert stopped.value.exit_code == code
    assert time.monotonic() - started < 30
    assert rows(database) == 0


def test_a_second_signal_does_not_stop_the_cleaning_up():
    cleaned = []
    with pytest.raises(Stopped), stoppable():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.01)
            cleaned.append(True)
    assert cleaned


def test_other_errors_pass_and_the_handlers_are_restored():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(RuntimeError, match="another"), stoppable():
        raise RuntimeError("another")
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_that_is_lost_on_its_way_is_raised_at_the_end():
    class Dropping:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)

    with pytest.raises(Stopped) as stopped, stoppable():
        dropping = Dropping()
        del dropping
    assert stopped.value.exit_code == 130
