"""The project in Spark's wording, built in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from league.build import PROJECT, project_with, run
from league.dbt import dbt_environment
from spark.errors import SparkError

# The models that Spark cannot read as DuckDB does, in its own words.
MODELS = Path(__file__).parent / "models"


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


def build(folder: Path, project: Path, master: str) -> None:
    """Build and test `project` on Spark, from `folder`/raw to `folder`/warehouse.

    master: what runs the tasks, in Spark's words: local[2], spark://host:7077.

    Raises SparkError where not all was built, or a test failed; dbt has said why.
    """
    # Settings of a Spark that is installed elsewhere do not fit this one.
    ours = {k: v for k, v in dbt_environment(project, folder).items() if k[:6] != "SPARK_"}
    environment = ours | {"SPARK_MASTER": master, "PYTHONPATH": str(PROJECT)}
    if master.startswith("local"):
        environment["SPARK_LOCAL_IP"] = "127.0.0.1"
    command = [sys.executable, "-m", "spark.session", str(folder)]
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / "spark.log").open("w") as log:
        code, _ = run(command, folder, environment, log)
    if code:
        raise SparkError(
            f"Expected dbt to build everything on Spark; it ended with {code}. The logs are in "
            f"{logs}."
        )
