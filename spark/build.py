"""Run `dbt build` on Spark."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from league.build import PROJECT, project_with
from league.dbt import DBT, dbt_environment
from league.stop import end, undisturbed
from league.text import say
from spark.errors import SparkError

TICK = 1  # seconds
# The models that Spark cannot read as DuckDB does, in its own words.
MODELS = Path(__file__).parent / "models"
# Every error of Spark comes with some hundred lines of these; dbt's log has them all.
TRACE = re.compile(
    r"\s*(at [\w.$/]+\(|\.\.\. [0-9]+ more|Caused by: )|.*Error operating \w+: org\.apache\."
)


def sparks_project(seeds: Path | None, to: Path) -> Path:
    """The project in `to`, made of links, with the rows of `seeds` (none for those of this
    project), in which Spark's wording of a model takes the place of DuckDB's.

    Raises SparkError where there is no model of that name.
    """
    project_with(seeds or PROJECT / "seeds", to)
    for model in sorted(MODELS.glob("*.sql")):
        links = list((to / "models").rglob(model.name))
        if len(links) != 1:
            raise SparkError(
                f"Expected one model {model.stem} below {PROJECT / 'models'}, found "
                f"{len(links)}: {model} is Spark's wording of it. Rename the two alike."
            )
        links[0].unlink()
        links[0].symlink_to(model)
    return to


def build(
    folder: Path, project: Path, thrift: tuple[str, int], is_watched: Callable[[], object]
) -> None:
    """Build and test everything on the Spark that answers at `thrift`, a host and a port.

    folder: where dbt keeps its files. project: what dbt builds. is_watched: called now and
    then; what it raises ends the build.

    Raises SparkError where not all was built, or a test failed; dbt has said why.
    """
    command = [*DBT]
    # A person sees what is being built; a log wants to know what went wrong.
    command += [] if sys.stderr.isatty() else ["--quiet", "--no-use-colors"]
    command += ["build", "--target", "spark", "--exclude-resource-type", "unit_test"]
    environment = {
        **dbt_environment(project, folder),
        "SPARK_THRIFT_HOST": thrift[0],
        "SPARK_THRIFT_PORT": str(thrift[1]),
    }
    code = _run(command, folder, environment, is_watched)
    if code:
        raise SparkError(
            f"Expected dbt to build everything on Spark; it ended with {code}. Its log is "
            f"{folder / 'logs/dbt.log'}."
        )


def _run(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    is_watched: Callable[[], object],
) -> int:
    """The exit code of a command in `folder`, whose words are passed on meanwhile."""
    dbt = None
    try:
        # Nobody is to stop this before it knows what it has started.
        with undisturbed():
            dbt = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                text=True,
                errors="replace",
                stdout=subprocess.PIPE,
            )
        telling = Thread(target=_tell, args=(dbt,), daemon=True)
        telling.start()
        while True:
            try:
                dbt.wait(TICK)
                break
            except subprocess.TimeoutExpired:
                is_watched()
    except BaseException:
        if dbt:
            end(dbt)
        raise
    telling.join()
    is_watched()
    return dbt.returncode


def _tell(dbt: subprocess.Popen) -> None:
    """Pass on what dbt says, without the traces of Java."""
    assert dbt.stdout is not None
    for line in dbt.stdout:
        if not TRACE.match(line):
            say(line.rstrip("\n"), aside=True)
