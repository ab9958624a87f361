"""Where real data lies, and how a pipeline is run on some data."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
import duckdb
import pytest

from ingest.history.load import load_history
from league import build

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("LEAGUE_SHARED", ROOT.parent / "shared"))
NO_SHARED = "the real race data (../shared) is not here; .ci/real-data fetches it"
# Load the hours of a source into a database, and nothing else.
LOAD_HISTORY = """
import sys
from pathlib import Path
from ingest.history.load import load_history
from league.errors import ended
if __name__ == "__main__":
    sys.exit(ended("history", lambda: load_history(Path(sys.argv[1]), Path(sys.argv[2]))))
"""
# What dbt has parsed once, for all leagues of a run.
PARSED: Path | None = None
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.helpers.warm", __name__])


@dataclass(frozen=True)
class Pipeline:
    """The project's commands, run as a person would, with everything below `data`."""

    data: Path
    project: Path = ROOT

    @property
    def seeds(self) -> Path:
        return self.project / "seeds"

    @property
    def built(self) -> Path:
        return self.data / "build/league.duckdb"

    @property
    def published(self) -> Path:
        return self.data / "league.duckdb"

    def run(self, *command: str) -> subprocess.CompletedProcess:
        """Run `dbt …` or `python -m …` of the virtual environment."""
        self.data.mkdir(parents=True, exist_ok=True)
        parsed = self.data / "build/target/partial_parse.msgpack"
        # dbt parses again where LEAGUE_DATA is another one, so here it always has one name.
        is_dbt = command[0] == "dbt"
        if is_dbt and PARSED and PARSED.exists() and not parsed.exists():
            parsed.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PARSED, parsed)
        cwd = self.data if is_dbt else ROOT
        env = {
            **os.environ,
            "LEAGUE_DATA": "." if is_dbt else str(self.data),
            "LEAGUE_SEEDS": str(self.seeds),
            # As a build of ours; a copy of a league may lie beside other rows.
            "LEAGUE_FINGERPRINT": os.environ.get("LEAGUE_FINGERPRINT", ""),
            "DBT_PROJECT_DIR": str(self.project),
            "DBT_PROFILES_DIR": str(self.project),
            "DBT_TARGET_PATH": str(self.data / "build/target"),
            "DBT_LOG_PATH": str(self.data / "build/logs"),
            # A third of what dbt does in a small build is to tell its log what it does.
            "DBT_LOG_LEVEL_FILE": "none",
            # It waits for threads that a fork does not have.
            "DBT_STATIC_PARSER": "false",
        }
        done = run_warm(list(command), cwd, env)
        if is_dbt and PARSED and parsed.exists() and not PARSED.exists():
            new = PARSED.with_suffix(f".{os.getpid()}")
            shutil.copyfile(parsed, new)
            new.replace(PARSED)
        return done

    def ingest(self, source: Path | str, *more: str) -> subprocess.CompletedProcess:
        return self.run("python", "-m", "ingest", "--source", str(source), *more)

    def history(self, source: Path) -> subprocess.CompletedProcess:
        """Only load the hours."""
        load_history(self.built, source)
        return subprocess.CompletedProcess("history", 0)

    def build(self, *more: str) -> subprocess.CompletedProcess:
        return self.run("dbt", "--quiet", "build", *more)

    def build_again(self, *select: str) -> subprocess.CompletedProcess:
        """Build these nodes only; all others count as built, as they were the last time."""
        done = self.build("--select", *select)
        if done.returncode == 0:
            with duckdb.connect(str(self.built)) as built:
                built.execute("update build.proof set not_passed = ''")
        return done

    def publish(self, *more: str) -> subprocess.CompletedProcess:
        return self.run("python", "-m", "publish", *more)

    def compiled(self, model: str) -> str:
        """The SQL of a model as dbt compiled it last."""
        models = self.data / "build/target/compiled/deepracer_league/models"
        (found,) = models.glob(f"*/{model}.sql")
        return found.read_text(encoding="utf-8")

    def ask(self, sql: str, database: Path | None = None) -> list[tuple]:
        """The rows of a query on the published database."""
        with duckdb.connect(str(database or self.published), read_only=True) as opened:
            return opened.execute(sql).fetchall()


def run_warm(
    command: list[str], cwd: Path, env: dict[str, str]
) -> subprocess.CompletedProcess:
    """Run `dbt …` or `python -m …` where dbt is imported already: see warm.py."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = FORKS.Process(target=_be, args=(command, str(cwd), env, str(out), str(err)))
        process.start()
        process.join()
        printed = [path.read_text(encoding="utf-8") for path in (out, err)]
    return subprocess.CompletedProcess(command, process.exitcode, *printed)


def run_dbt_warm(
    command: list[str], folder: Path, environment: dict[str, str]
) -> tuple[int, str]:
    """In the place of league.build.run, by a dbt that is imported already."""
    done = run_warm(["dbt", *command[len(build.DBT) :]], folder, environment)
    return done.returncode, done.stdout


def _be(*given: object) -> None:
    # Only in the fork: dbt and what is changed of it stay out of the tests' own process.
    from tests.helpers.warm import run_command

    run_command(*given)


def call(command: click.Command, *arguments: str) -> int:
    """Call a command in this process; its exit code."""
    return command.main(list(arguments), command.name, standalone_mode=False)


def copy_project(to: Path, seeds: Path) -> Path:
    """Copy all that dbt reads, with these rows: a project that a test may change as it likes."""
    shutil.copytree(seeds, to / "seeds")
    for part in ("dbt_project.yml", "profiles.yml", "seeds/_seeds.yml"):
        shutil.copy2(ROOT / part, to / part)
    for part in ("macros", "models", "tests/dbt"):
        shutil.copytree(ROOT / part, to / part)
    return to


def contents(folder: Path, *names: str) -> dict[str, bytes]:
    """The files of a folder, or of some things in it, by their path."""
    files = [p for name in names or [""] for p in [folder / name, *(folder / name).rglob("*")]]
    return {str(p.relative_to(folder)): p.read_bytes() for p in files if p.is_file()}


def shared(name: str) -> Path:
    """A folder of real data; without it the test is skipped, or fails where REQUIRE_REAL=1."""
    folder = SHARED / name
    if not folder.is_dir():
        if os.environ.get("REQUIRE_REAL") == "1":
            pytest.fail(f"REQUIRE_REAL=1, and {NO_SHARED}")
        pytest.skip(NO_SHARED)
    return folder
