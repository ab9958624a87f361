"""Run `dbt build`, and say what dbt does not say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from common.lock import held
from common.process import end
from common.stop import undisturbed

PROJECT = Path(__file__).parents[1]


class LeagueError(Exception):
    """Nothing was built; the message says what was expected, found, and what to do."""


def build(data: Path, seeds: Path | None = None, more_models: Path | None = None) -> int:
    """Build and test everything in `data`, an absolute path; dbt's exit code.

    seeds: the rows of another league; none for those of this project. more_models: a folder
    of models that are built with them as marts.

    Raises LeagueError where dbt would end without a word.
    """
    target, logs = data / "build/target", data / "build/logs"
    for folder in (data / "build", target, logs):
        _refuse_unless_writable(folder)
    project = project_with(seeds, data / "build/project", more_models)
    # Publishing runs dbt as well, to describe the tables.
    os.environ |= {
        "LEAGUE_DATA": str(data),
        "DBT_PROJECT_DIR": str(project),
        "DBT_PROFILES_DIR": str(project),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(logs),
    }
    code, said = _run_dbt(data)
    if code and "No space left" in said:
        # dbt then fails to write its log as well, and tells that in many lines.
        raise LeagueError(
            f"Expected room to build in {data / 'build'}, found none: the disk is full. Make "
            "room and run again, or name another place with DATA=<folder>."
        )
    sys.stderr.write(said)
    if code and not said.strip():
        raise LeagueError(
            f"Expected dbt to build in {data / 'build'}; it ended with {code} and "
            f"said nothing. Is there room on the disk? Its log is {logs / 'dbt.log'}."
        )
    return code


def _run_dbt(data: Path) -> tuple[int, str]:
    """dbt's exit code, and what it said."""
    # Unit tests check the rules on invented rows: `make test` runs them.
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build"]
    command += ["--exclude-resource-type", "unit_test"]
    # Without compiled bytecode every dbt call compiles dbt anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    dbt = None
    try:
        # Nobody is to stop this before it knows what it has started.
        with undisturbed():
            dbt = subprocess.Popen(
                command,
                # From there the database has the same path in every folder of data, so that
                # dbt need not parse anew for one that looks back.
                cwd=data,
                env={**os.environ, "LEAGUE_DATA": "."},
                text=True,
                errors="replace",
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=held(),
            )
        said, _ = dbt.communicate()
    except BaseException:
        if dbt:
            end(dbt)
        raise
    return dbt.returncode, said


def project_with(seeds: Path | None, to: Path, more_models: Path | None = None) -> Path:
    """A project in `to` made of links to this one, with the rows of `seeds` and `more_models`;
    this one itself where there are no seeds.

    dbt takes rows only from inside a project: given a path that leads out of it, it writes
    there as well.
    """
    if not seeds:
        return PROJECT
    shutil.rmtree(to, ignore_errors=True)
    (to / "seeds").mkdir(parents=True)
    for part in ("dbt_project.yml", "profiles.yml", "macros", "tests"):
        (to / part).symlink_to(PROJECT / part)
    for file in sorted((PROJECT / "models").rglob("*.*")):
        link = to / file.relative_to(PROJECT)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file)
    for model in sorted(more_models.iterdir()) if more_models else []:
        (to / "models/marts" / model.name).symlink_to(model.resolve())
    for file in [PROJECT / "seeds/_seeds.yml", *sorted(seeds.glob("*.csv"))]:
        (to / "seeds" / file.name).symlink_to(file.resolve())
    return to


def _refuse_unless_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as room:
            room.write(b"room?")
    except OSError as refused:
        raise LeagueError(
            f"Expected to write in {folder}, found: {refused.strerror}. May you write "
            "there, is there room on the disk? DATA=<folder> names another place."
        ) from refused
