"""Load the hourly snapshots of the archive into schema `history` of a DuckDB database.

One board is one transaction: the outcomes of its files and the rows they led to are
committed together or not at all. A second run reads only files it has not seen. Two
processes encode while this one, the only writer, inserts.
"""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.database import why_not
from ingest.errors import IngestError
from ingest.history.insert import insert_board, note_times
from ingest.history.plan import Plan, make_plan
from ingest.history.read_back import read_board
from ingest.history.schema import create_tables
from ingest.history.source import Source, open_source
from ingest.history.spool import spool_folder
from ingest.history.workers import Work, encode_boards, new_tally
from ingest.progress import bytes_read


class Summary(NamedTuple):
    """What a run did: files by outcome, and how many were known already."""

    outcomes: dict[str, int]
    known: int


def load(database: Path, source: Path, progress: bool = True) -> Summary:
    """Load every snapshot of `source` that `database` does not hold yet.

    `source` is a folder in upstream's layout or a git clone. A file is new when its Arn and
    name are, or when its content differs from what was loaded. Files that are no longer in the
    source stay in the history. Interrupt it as you like; run it again to go on.

    Raises IngestError when the source cannot be read or the database not be opened,
    duckdb.Error or OSError when there is no room to write. A broken file raises nothing: it is
    quarantined, see `history.file`.
    """
    if database.stem == "history":
        raise IngestError(
            f"Expected a database file with another name than {database}: in a file named "
            "history, DuckDB cannot tell the schema history from the database. Rename it."
        )
    where = open_source(source)
    with _open(database) as connection:
        # One checkpoint at the end: each one in between packs the last rows anew.
        connection.execute("set checkpoint_threshold = '1GB'")
        plan = make_plan(connection, where)
        if plan.only_times:
            note_times(connection, plan.only_times)
        if plan.boards:
            connection.execute(
                "insert into history.unfinished select ? "
                "where not exists (select 1 from history.unfinished)",
                [datetime.now(timezone.utc).replace(tzinfo=None)],
            )
        outcomes = _load_boards(connection, database, where, plan, progress)
        connection.execute("delete from history.unfinished")
        connection.execute("checkpoint")
    return Summary(outcomes, plan.known)


def _open(database: Path) -> duckdb.DuckDBPyConnection:
    connection = None
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(database))
        create_tables(connection)
        return connection
    except (OSError, duckdb.Error) as refused:
        if connection:
            connection.close()
        raise IngestError(why_not(database, refused)) from refused


def _load_boards(
    connection: duckdb.DuckDBPyConnection,
    database: Path,
    source: Source,
    plan: Plan,
    progress: bool,
) -> dict[str, int]:
    """Encode and insert the planned boards; files by outcome."""
    outcomes: Counter[str] = Counter()
    done, total = new_tally(), sum(board.size for board in plan.boards)
    work = (Work(board, read_board(connection, board.board)) for board in plan.boards)
    with (
        bytes_read("Reading the history", total, progress) as show,
        spool_folder(database) as spool,
    ):

        def tick() -> None:
            show(done[0], done[1])

        for board in encode_boards(source, work, total, spool, done, tick):
            insert_board(connection, board)
            shutil.rmtree(board.folder)
            outcomes.update(board.outcomes)
            tick()
    return dict(outcomes)
