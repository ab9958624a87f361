"""What all tests share: where real data lies, and how a pipeline is run on some data."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingest import fictional_season

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
NO_SHARED = "the real race data (../shared) is not here: it has no licence and no copy of it"


@dataclass(frozen=True)
class Pipeline:
    """The project's commands, run as a person would, with everything below `data`."""

    data: Path
    project: Path = ROOT

    @property
    def built(self) -> Path:
        return self.data / "build/league.duckdb"

    @property
    def published(self) -> Path:
        return self.data / "league.duckdb"

    def run(self, *command: str) -> subprocess.CompletedProcess:
        """Run a command of the virtual environment from the project's root."""
        program, *rest = command
        return subprocess.run(
            [str(Path(sys.executable).parent / program), *rest],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            env={
                **os.environ,
                "LEAGUE_DATA": str(self.data),
                "DBT_PROJECT_DIR": str(self.project),
                "DBT_PROFILES_DIR": str(self.project),
                "DBT_TARGET_PATH": str(self.data / "build/target"),
                "DBT_LOG_PATH": str(self.data / "build/logs"),
                "PYTHONDONTWRITEBYTECODE": "",
            },
        )

    def ingest(self, source: Path | str, *more: str) -> subprocess.CompletedProcess:
        return self.run("python", "-m", "ingest", "--source", str(source),
                        "--seeds", str(self.project / "seeds"), *more)

    def history(self, source: Path) -> subprocess.CompletedProcess:
        return self.run("python", "-m", "ingest.history_load", str(self.built), str(source))

    def build(self, *more: str) -> subprocess.CompletedProcess:
        return self.run("dbt", "--quiet", "build", *more)

    def publish(self, *more: str) -> subprocess.CompletedProcess:
        return self.run("python", "-m", "publish", *more)

    def winners(self, source: Path | str) -> str:
        """All that `make winners` does; what it printed."""
        printed = ""
        for step in (
            lambda: self.ingest(source),
            lambda: self.build("--exclude-resource-type", "unit_test"),
            self.publish,
        ):
            done = step()
            assert done.returncode == 0, done.stdout + done.stderr
            printed += done.stdout
        return printed

    def ask(self, sql: str, database: Path | None = None) -> list[tuple]:
        """The rows of a query on the published database."""
        with duckdb.connect(str(database or self.published), read_only=True) as opened:
            return opened.execute(sql).fetchall()


def shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(NO_SHARED)
    return folder


@pytest.fixture(scope="session")
def archive(tmp_path_factory) -> Pipeline:
    """The pipeline's result on the real archive, with the hours of twelve boards."""
    source = shared("race-data")
    pipeline = Pipeline(tmp_path_factory.mktemp("archive"))
    assert pipeline.ingest(source).returncode == 0
    assert pipeline.history(source).returncode == 0
    assert pipeline.build("--exclude-resource-type", "unit_test").returncode == 0
    assert pipeline.publish().returncode == 0
    return pipeline


@pytest.fixture(scope="session")
def november(tmp_path_factory) -> Pipeline:
    """The pipeline's result on the archive as it stood on 2 November 2021."""
    source = shared("race-data-2021-11-02")
    pipeline = Pipeline(tmp_path_factory.mktemp("november"))
    pipeline.winners(source)
    return pipeline


@pytest.fixture
def demo(tmp_path) -> Pipeline:
    """A fictional season of this test's own, to be broken as the test likes."""
    fictional_season.invent(tmp_path)
    return Pipeline(tmp_path, tmp_path / "project")


@pytest.fixture(scope="session")
def demo_built(tmp_path_factory) -> Pipeline:
    """The fictional season, built with the dbt unit tests and published."""
    folder = tmp_path_factory.mktemp("demo")
    fictional_season.invent(folder)
    pipeline = Pipeline(folder, folder / "project")
    for step in (lambda: pipeline.ingest(folder / "race-data"), pipeline.build, pipeline.publish):
        done = step()
        assert done.returncode == 0, done.stdout + done.stderr
    return pipeline


@pytest.fixture(scope="session")
def everything(demo_built) -> Pipeline:
    """The fictional season with all that `make publish` adds."""
    done = demo_built.publish("--everything")
    assert done.returncode == 0, done.stderr
    return demo_built


@pytest.fixture(scope="session")
def compiled(demo_built) -> Callable[[str], str]:
    """The SQL of a model as dbt compiled it, by the model's name."""
    folder = demo_built.data / "build/target/compiled/deepracer_league/models"

    def sql(model: str) -> str:
        (found,) = folder.glob(f"*/{model}.sql")
        return found.read_text(encoding="utf-8")

    return sql
