"""Run `dbt build`, and say what dbt does not say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from common.lock import held
from common.process import end
from common.stop import undisturbed
from ingest.seeds.files import completed, known_seeds

PROJECT = Path(__file__).parents[1]


class LeagueError(Exception):
    """Nothing was built; the message says what was expected, found, and what to do."""


class Build:
    """One build of `data`, an absolute path, with all its tests; to be closed in the end.

    seeds: the rows of another league; none for those of this project. more_models: a folder
    of models that are built with them as marts.
    """

    def __init__(
        self, data: Path, seeds: Path | None = None, more_models: Path | None = None
    ) -> None:
        self.data, self.seeds, self.more_models = data, seeds, more_models
        self._dbt: subprocess.Popen[str] | None = None

    def close(self) -> None:
        """End what is still under way."""
        if self._dbt and self._dbt.returncode is None:
            end(self._dbt)

    def get_ready(self) -> None:
        """Have dbt read the project while something else is done.

        Raises LeagueError where dbt could not write.
        """
        self._start()

    def finish(self) -> int:
        """Build and test everything, and say what dbt says; its exit code.

        Raises LeagueError where dbt would end without a word.
        """
        dbt = self._start()
        said, _ = dbt.communicate("build\n")
        code = dbt.returncode
        if code and "No space left" in said:
            # dbt then fails to write its log as well, and tells that in many lines.
            raise LeagueError(
                f"Expected room to build in {self.data / 'build'}, found none: the disk is "
                "full. Make room and run again, or name another place with DATA=<folder>."
            )
        sys.stderr.write(said)
        if code and not said.strip():
            raise LeagueError(
                f"Expected dbt to build in {self.data / 'build'}; it ended with {code} and "
                f"said nothing. Is there room on the disk? Its log is {self._logs / 'dbt.log'}."
            )
        return code

    def _start(self) -> subprocess.Popen[str]:
        if self._dbt:
            return self._dbt
        for folder in (self.data / "build", self._target, self._logs):
            _refuse_unless_writable(folder)
        project = project_with(self.seeds, self.data / "build/project", self.more_models)
        # Publishing runs dbt as well, to describe the tables.
        os.environ |= {
            "LEAGUE_DATA": str(self.data),
            "DBT_PROJECT_DIR": str(project),
            "DBT_PROFILES_DIR": str(project),
            "DBT_TARGET_PATH": str(self._target),
            "DBT_LOG_PATH": str(self._logs),
        }
        # Without compiled bytecode every dbt call compiles dbt anew.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        # Nobody is to stop this before it knows what it has started.
        with undisturbed():
            self._dbt = subprocess.Popen(
                [sys.executable, "-m", "league.reads_ahead", str(self.data)],
                cwd=PROJECT,
                # From the folder of data the database has the same path in every one, so that
                # dbt need not read anew for one that looks back.
                env={**os.environ, "LEAGUE_DATA": "."},
                text=True,
                errors="replace",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=held(),
            )
        return self._dbt

    @property
    def _target(self) -> Path:
        return self.data / "build/target"

    @property
    def _logs(self) -> Path:
        return self.data / "build/logs"


def build(data: Path, seeds: Path | None = None, more_models: Path | None = None) -> int:
    """What Build says, in one go."""
    with closing(Build(data, seeds, more_models)) as whole:
        return whole.finish()


def take_what_was_read(data: Path, there: Path) -> None:
    """Have dbt read for `there` only what is other than in the build of `data`, if any."""
    read = data / "build/target/partial_parse.msgpack"
    if read.is_file():
        (there / "build/target").mkdir(parents=True, exist_ok=True)
        shutil.copy2(read, there / "build/target")


def project_with(seeds: Path | None, to: Path, more_models: Path | None = None) -> Path:
    """A project in `to` made of links to this one, with copies of the rows of `seeds`, and
    `more_models`; this one itself where there are no seeds.

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
    (to / "seeds/_seeds.yml").symlink_to(PROJECT / "seeds/_seeds.yml")
    for seed in known_seeds().values():
        (to / "seeds" / seed.file).write_text(
            completed(seed, seeds), encoding="utf-8", newline=""
        )
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
