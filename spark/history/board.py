"""One board on a worker: encoded as `make history` does, by the same functions, and written to
OUT/<table>/leaderboard_arn=<Arn>/rows.parquet.

The table `file` comes last and says which files are known: a board whose task was killed is
read again, and one without new files is not looked at. Rows of a board with new files are
read back and encoded again together with them, so that the order of arrival leaves no trace.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote
from uuid import uuid4

import duckdb

from ingest.history.board import SourceFile
from ingest.history.decode import read_board
from ingest.history.load import Plan, encode_board, make_plan
from ingest.history.schema import create_tables
from ingest.history.source import Source
from ingest.history.staging import insert_board

# In the order in which they are written.
TABLES = ("row_version", "rank_run", "snapshot", "file")


class Done(NamedTuple):
    """What a task did: its board, files by outcome, seconds of processor, and the most memory
    that its process held, in bytes."""

    board: str
    outcomes: dict[str, int]
    seconds: float
    memory: int


def plan(source: Source, out: Path) -> Plan:
    """Which files of `source` are not in `out` yet. Raises IngestError."""
    # Written by an earlier version of this project, in another layout.
    if (out / "version").exists():
        shutil.rmtree(out)
    with duckdb.connect() as known:
        create_tables(known)
        _read(known, "file", out / "file")
        return make_plan(known, source)


def write_board(source: Source, name: str, files: list[SourceFile], out: Path) -> Done:
    """Encode the new files of one board and write its tables."""
    started = time.process_time()
    partition = f"leaderboard_arn={quote(name, safe='')}"
    with (
        duckdb.connect(config={"threads": 1}) as board,
        tempfile.TemporaryDirectory() as staging,
    ):
        create_tables(board)
        if (out / "file" / partition / "rows.parquet").exists():
            for table in TABLES:
                _read(board, table, out / table / partition)
        old = read_board(board, name)
        staged = encode_board(source, name, files, old, Path(staging))
        insert_board(board, staged)
        _write(board, out, partition)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # In kilobytes, but on macOS.
    memory *= 1 if sys.platform == "darwin" else 1024
    return Done(name, staged.outcomes, time.process_time() - started, memory)


def _read(database: duckdb.DuckDBPyConnection, table: str, folder: Path) -> None:
    if files := [str(file) for file in folder.rglob("rows.parquet")]:
        database.execute(
            f"insert into history.{table} by name from "
            "read_parquet($files, hive_partitioning = true, hive_types_autocast = false)",
            {"files": files},
        )


def _write(database: duckdb.DuckDBPyConnection, out: Path, partition: str) -> None:
    """Replace a board's files when all new ones are there. Without `file` a board is unknown,
    so a task that is killed in between leaves a board that is read again, not two halves."""
    written = []
    for table in TABLES:
        folder = out / table / partition
        folder.mkdir(parents=True, exist_ok=True)
        written.append((folder / f".{uuid4().hex}", folder / "rows.parquet"))
        database.execute(
            f"copy (select * exclude (leaderboard_arn) from history.{table}) to $file "
            "(format parquet)",
            {"file": str(written[-1][0])},
        )
    written[-1][1].unlink(missing_ok=True)
    for new, file in written:
        os.replace(new, file)
