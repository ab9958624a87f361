"""The job: all boards that have new files, on a cluster, and how far it is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.history.plan import BoardPlan
from ingest.history.source import Source
from ingest.progress import bytes_read
from spark.errors import SparkError
from spark.history.board import Done, write_board

if TYPE_CHECKING:
    from spark.cluster import Cluster

TICK = 0.5  # seconds
PROJECT = Path(__file__).parents[2]


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
    stage = context.statusTracker().getStageInfo(0)
    done = stage.numCompletedTasks if stage else 0
    return sum(len(b.files) for b in boards[:done]), sum(b.size for b in boards[:done])


@contextmanager
def spark_context(cluster: Cluster) -> Iterator[Any]:
    """A SparkContext of that cluster."""
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
