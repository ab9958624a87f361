"""The hourly history on Spark, a task a board: `python -m spark.history --help`.

A task encodes one board as `make history` does, by the same functions, and writes its rows
to OUT/<table>/leaderboard_arn=<Arn>/rows.parquet. The table `file` comes last and says which
files are known: a board whose task was killed is read again, and one without new files is not
looked at. Rows of a board with new files are read back and made anew together with them, so
that the order of arrival leaves no trace.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

import duckdb

from common.ending import ended
from common.lock import locked
from ingest.errors import IngestError
from ingest.history.insert import insert_board, note_times
from ingest.history.plan import BoardPlan, Plan, make_plan
from ingest.history.read_back import read_board
from ingest.history.schema import create_tables
from ingest.history.source import Source, open_source
from ingest.history.workers import Work, encode_work, new_tally
from ingest.progress import bytes_read
from spark.errors import SparkError

if TYPE_CHECKING:
    from spark.cluster import Cluster

# In the order in which they are written.
TABLES = ("version", "rank_run", "snapshot", "file_time", "file")
# When a file was changed is no part of what it says.
COMPARED = ("file", "snapshot", "version", "rank_run")
TICK = 0.5  # seconds
PROJECT = Path(__file__).parents[1]


class Done(NamedTuple):
    """What a task did: its board, files by outcome, seconds of processor, and the most memory
    that its process held, in bytes."""

    board: str
    outcomes: dict[str, int]
    seconds: float
    memory: int


def plan(source: Source, out: Path) -> Plan:
    """Which files of `source` are not in `out` yet. Raises IngestError."""
    with duckdb.connect() as known:
        create_tables(known)
        for table in ("file", "file_time"):
            _read(known, table, out / table)
        return make_plan(known, source)


def load(
    context: Any,
    source: Source,
    boards: list[BoardPlan],
    out: Path,
    is_watched: Callable[[], object],
) -> list[Done]:
    """Encode these boards; what each task did.

    context: a SparkContext. Its workers see `source` and `out` by these paths. is_watched:
    called now and then; what it raises ends the run.

    Raises SparkError where not all could be encoded.
    """
    tasks = context.parallelize(boards, len(boards)).map(
        lambda board: write_board(source, board, out)
    )
    with (
        bytes_read("Reading the history", sum(board.size for board in boards), True) as show,
        ThreadPoolExecutor(1) as asked,
    ):
        done = asked.submit(tasks.collect)
        try:
            while not done.done():
                wait([done], TICK)
                is_watched()
                show(*_progress(context, boards))
        except BaseException:
            context.cancelAllJobs()
            raise
    return _results(done)


def _results(done: Future[list[Done]]) -> list[Done]:
    try:
        return done.result()
    except Exception as refused:
        # Of what a task raised Java makes a text that ends in many lines of its own.
        said = [
            line for line in str(refused).splitlines() if re.match(r"[\w.]+(Error|\w): ", line)
        ]
        raise SparkError(
            f"Expected every board to be encoded, found: {said[-1] if said else refused}. Run "
            "again to go on."
        ) from refused


def _progress(context: Any, boards: list[BoardPlan]) -> tuple[int, int]:
    """Files and bytes that were read, if the boards were done in the order given."""
    stages = (context.statusTracker().getStageInfo(stage) for stage in (0,))
    done = sum(stage.numCompletedTasks for stage in stages if stage)
    return sum(len(b.files) for b in boards[:done]), sum(b.size for b in boards[:done])


def write_board(source: Source, new: BoardPlan, out: Path) -> Done:
    """Encode one board and write its tables."""
    started = time.process_time()
    partition = f"leaderboard_arn={quote(new.board, safe='')}"
    outcomes: dict[str, int] = {}
    with (
        duckdb.connect(config={"threads": 1}) as board,
        tempfile.TemporaryDirectory() as spool,
    ):
        create_tables(board)
        if (out / "file" / partition / "rows.parquet").exists():
            for table in TABLES:
                _read(board, table, out / table / partition)
        if new.files:
            work = Work(new, read_board(board, new.board))
            spooled = encode_work(source, work, Path(spool), new_tally())
            insert_board(board, spooled)
            outcomes = spooled.outcomes
        else:
            note_times(board, [new])
        _write(board, out, partition)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # In kilobytes, but on macOS.
    memory *= 1 if sys.platform == "darwin" else 1024
    return Done(new.board, outcomes, time.process_time() - started, memory)


def _read(database: duckdb.DuckDBPyConnection, table: str, folder: Path) -> None:
    if files := [str(file) for file in folder.rglob("rows.parquet")]:
        database.execute(
            f"insert into history.{table} by name from "
            "read_parquet($files, hive_partitioning = true, hive_types_autocast = false)",
            {"files": files},
        )


def _write(database: duckdb.DuckDBPyConnection, out: Path, partition: str) -> None:
    """Replace a board's files when all new ones are there. Without `file` a board is unknown,
    so whoever is killed in between leaves one that is read again, and none of two halves."""
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


def main() -> int:
    from rich.console import Console

    from spark.cluster import running
    from spark.compare import compare, show
    from spark.machine import refuse_unless_possible

    given = _options()
    data = given.data.resolve()
    database, out = data / "build/league.duckdb", data / "build/spark-history"
    try:
        refuse_unless_possible()
        with locked(data):
            source = open_source(given.source.resolve())
            new = plan(source, out)
            boards, done = [*new.boards, *new.only_times], []
            if boards:
                with (
                    running(data / "build/spark", thrift=False) as cluster,
                    _context(cluster) as context,
                ):
                    done = load(context, source, boards, out, cluster.refuse_if_lost)
                    ran = cluster.who_did_it()
    except (IngestError, SparkError) as stopped:
        print(f"spark: {stopped}", file=sys.stderr)
        return getattr(stopped, "exit_code", 1)
    outcomes: Counter[str] = Counter()
    for task in done:
        outcomes.update(task.outcomes)
    counts = ", ".join(f"{count:,} {what}" for what, count in sorted(outcomes.items()))
    print(f"{counts or 'nothing new'}; {new.known:,} files were known")
    if done:
        most = max(done, key=lambda task: task.memory)
        print(
            f"{len(done):,} boards, {sum(task.seconds for task in done):,.0f} s of processor; "
            f"at most {most.memory / 1e6:,.0f} MB a task ({most.board}). {ran}"
        )
    if not _has_history(database):
        return 0
    compared = compare(database, "history", list(COMPARED), out, {})
    show(compared, Console())
    return 0 if all(each.is_equal for each in compared) else 1


@contextmanager
def _context(cluster: Cluster) -> Iterator[Any]:
    from pyspark import SparkConf, SparkContext

    os.environ |= cluster.environment()
    conf = SparkConf().setMaster(cluster.url).setAppName("history")
    conf.set("spark.executorEnv.PYTHONPATH", str(PROJECT))
    # A process a task, so that its memory is the task's.
    conf.set("spark.python.worker.reuse", "false")
    with _errors_to(cluster.log("history")):
        context = SparkContext(conf=conf)
    try:
        yield context
    finally:
        context.stop()


@contextmanager
def _errors_to(log: Path) -> Iterator[None]:
    """What is started here, and Java is, says its errors there."""
    before = os.dup(2)
    with log.open("wb") as opened:
        os.dup2(opened.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)


def _has_history(database: Path) -> bool:
    try:
        with duckdb.connect(str(database), read_only=True) as built:
            return bool(built.execute("select 1 from history.file limit 1").fetchall())
    except duckdb.Error:  # none built, or by another version of this project
        return False


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m spark.history",
        description="Make the hourly history on Spark, as Parquet in DATA/build/spark-history; "
        "where DATA has one of `make history`, compare the two.",
    )
    parser.add_argument("source", type=Path, help="folder in upstream's layout, or git clone")
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("LEAGUE_DATA", "data"))
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(ended("spark", main))
