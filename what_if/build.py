"""Build the league by other rules, beside the published one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from publish.database import NAME, replace_database, stage_database
from publish.errors import PublishError
from publish.folders import empty_folder
from publish.remarks import as_of
from what_if.errors import WhatIfError
from what_if.rules import replace_rows

ROOT = Path(__file__).parents[1]
MODELS = Path(__file__).parent / "models"
# What the new answer is compared with, from the published database.
PUBLISHED = {
    "awards": "intermediate.int_awards",
    "line": "intermediate.int_prize_lines",
    "blocks": "seeds.prize_blocks",
}


def build_aside(published: Path, seeds: Path, rules: list[Path], to: Path) -> Path:
    """Build the published database anew with the files `rules` in place of those of `seeds`.

    to: the folder for it; it will hold the database, its build, and the dbt project.

    Returns the new database, tested like any other and with the table what_if_changes.
    Raises WhatIfError where there is nothing to compare with, or the rules make no season;
    a database that an earlier run left in `to` is then as it was.
    """
    _refuse_unless_comparable(published)
    project = empty_folder(to / "project")
    checked = replace_rows(seeds, rules, project / "seeds")
    _copy_project(project)
    copy = to / "build" / NAME
    copy.parent.mkdir(exist_ok=True)
    copy.with_name(NAME + ".wal").unlink(missing_ok=True)
    shutil.copyfile(published, copy)
    with duckdb.connect(str(copy)) as database:
        database.execute("drop schema if exists published cascade; create schema published")
        for name, table in PUBLISHED.items():
            database.execute(f"create table published.{name} as select * from {table}")
        checked.note_checked(database)
        _refuse_boards_not_loaded(
            database, [row["leaderboard_arn"] for row in checked.rows["round_races"]]
        )
    _build(project, to)
    try:
        staging = empty_folder(to / "build/publishing")
        return replace_database(stage_database(to, to / "build/target", staging), to)
    except PublishError as stopped:
        raise WhatIfError(str(stopped)) from stopped


def _copy_project(to: Path) -> None:
    """Copy all that dbt reads, but not the rows; add what compares the two answers."""
    for part in ("dbt_project.yml", "profiles.yml", "seeds/_seeds.yml"):
        shutil.copy2(ROOT / part, to / part)
    for part in ("macros", "models", "tests/dbt"):
        shutil.copytree(ROOT / part, to / part)
    for model in MODELS.iterdir():
        shutil.copy2(model, to / "models/marts" / model.name)


def _refuse_unless_comparable(published: Path) -> None:
    if not published.is_file():
        raise WhatIfError(
            f"Expected the published answer at {published}, found none. Run `make winners` "
            "first."
        )
    with duckdb.connect(str(published), read_only=True) as opened:
        moment = as_of(opened)
    if moment:
        raise WhatIfError(
            f"Expected the last word in {published}, found the winners as of {moment}: AS_OF "
            "and RULES do not go together."
        )


def _refuse_boards_not_loaded(database: duckdb.DuckDBPyConnection, boards: list[str]) -> None:
    """A race that was never loaded would look like one that was not held."""
    loaded = {
        arn
        for (arn,) in database.execute("select leaderboard_arn from raw.outcomes").fetchall()
    }
    missing = [board for board in boards if board not in loaded]
    if missing:
        raise WhatIfError(
            "Expected in round_races.csv boards that were loaded; not loaded: "
            f"{', '.join(missing)}. Only `make winners` loads boards."
        )


def _build(project: Path, data: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "--quiet"),
            *("build", "--exclude-resource-type", "unit_test"),
        ],
        env={
            **os.environ,
            "LEAGUE_DATA": str(data),
            "DBT_PROJECT_DIR": str(project),
            "DBT_PROFILES_DIR": str(project),
            "DBT_TARGET_PATH": str(data / "build/target"),
            "DBT_LOG_PATH": str(data / "build/logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise WhatIfError(
            "Expected the rules to make a season; the build says:\n"
            f"{(done.stdout + done.stderr).strip()}"
        )
