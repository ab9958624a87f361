"""The job: all boards that have new files, on a cluster."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.history.board import SourceFile
from ingest.history.source import Source
from spark.errors import SparkError
from spark.history.board import Done, write_board
from spark.watch import watched

if TYPE_CHECKING:
    from spark.cluster import Cluster

PROJECT = Path(__file__).parents[2]


def load(
    context: Any,
    source: Source,
    boards: dict[str, list[SourceFile]],
    out: Path,
    check_cluster: Callable[[], object],
) -> list[Done]:
    """Encode the new files of these boards; what each task did.

    context: a SparkContext. Its workers see `source` and `out` by these paths. check_cluster:
    called now and then; what it raises ends the run.

    Raises SparkError where not all could be encoded.
    """
    tasks = context.parallelize(list(boards.items()), len(boards)).map(
        lambda board: write_board(source, board[0], board[1], out)
    )
    try:
        return watched(tasks.collect, check_cluster)
    except SparkError:
        context.cancelAllJobs()
        raise
    except Exception as refused:
        # Java adds many lines of its own to the message of what a task raised.
        lines = re.findall(r"^[\w.]+(?:Error|\w): .*", str(refused), re.MULTILINE)
        raise SparkError(
            "Expected every board to be encoded, found: "
            f"{lines[-1] if lines else refused}. Run again to go on."
        ) from refused


@contextmanager
def spark_context(cluster: Cluster) -> Iterator[Any]:
    """A SparkContext of that cluster."""
    from pyspark import SparkConf, SparkContext

    os.environ |= cluster.environment()
    conf = SparkConf().setMaster(cluster.url).setAppName("history")
    conf.set("spark.executorEnv.PYTHONPATH", str(PROJECT))
    # One process per task, so that its memory is the task's.
    conf.set("spark.python.worker.reuse", "false")
    with _errors_to(cluster.log("history")):
        context = SparkContext(conf=conf)
    try:
        yield context
    finally:
        context.stop()


@contextmanager
def _errors_to(log: Path) -> Iterator[None]:
    """Send to `log` what programs that are started inside (Java) print to stderr."""
    before = os.dup(2)
    with log.open("wb") as opened:
        os.dup2(opened.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)
