"""All or nothing: one transaction around a block of statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb


@contextmanager
def transaction(database: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block writes, or none of it. Whatever ended the block goes on as it is.

    When the disk is full DuckDB has rolled back by itself, and a second rollback fails: that
    failure is not the one to tell. When a signal ended the block, the statement's threads are
    still working, and a rollback would wait for them: they are asked to stop first.
    """
    database.execute("begin")
    try:
        yield
        database.execute("commit")
    except BaseException:
        database.interrupt()
        with suppress(duckdb.Error):
            database.execute("rollback")
        raise
