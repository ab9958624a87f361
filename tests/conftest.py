"""The leagues that all tests share, each built once a run."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from filelock import FileLock
from hypothesis import settings

from league import fictional_season
from tests.helpers import pipeline
from tests.helpers.models import run_models
from tests.helpers.pipeline import ROOT, Pipeline, copy_project, shared

# DuckDB looks for pandas at every value that it is handed, which takes longer than all it does
# with the value. Here it finds none, and need not look.
sys.modules["pandas"] = None  # type: ignore[assignment]

# How long an example takes tells of what else the machine does.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")


@pytest.fixture(scope="session", autouse=True)
def of_this_run(tmp_path_factory) -> Path:
    """The folder that all workers of a run share."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    pipeline.PARSED = folder / "partial_parse.msgpack"
    return folder


def once(folder: Path, build: Callable[[Path], None]) -> Path:
    """The folder, made by `build`; by the worker that comes first, while the others wait."""
    done = folder.with_suffix(".done")
    with FileLock(folder.with_suffix(".lock")):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            build(folder)
            done.touch()
    return folder


def ended_well(*steps: Callable[[], CompletedProcess]) -> None:
    for step in steps:
        done = step()
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def archive(of_this_run) -> Pipeline:
    """The pipeline's result on the real archive, with the hours of twelve boards."""
    source = shared("race-data")

    def build(folder: Path) -> None:
        league = Pipeline(folder)
        ended_well(
            lambda: league.ingest(source),
            lambda: league.history(source),
            lambda: league.build("--exclude-resource-type", "unit_test"),
            lambda: league.publish("--everything"),
        )

    return Pipeline(once(of_this_run / "archive", build))


@pytest.fixture(scope="session")
def november(of_this_run, archive) -> Pipeline:
    """The models' result on the archive as it stood on 2 November 2021."""
    source = shared("race-data-2021-11-02")

    def build(folder: Path) -> None:
        league = Pipeline(folder)
        ended_well(lambda: league.ingest(source))
        run_models(league.built, archive)
        shutil.copy(league.built, league.published)

    return Pipeline(once(of_this_run / "november", build))


def invent(folder: Path) -> Pipeline:
    """A fictional season, and a copy of the project with its rows."""
    fictional_season.invent(folder)
    shutil.rmtree(folder / "project", ignore_errors=True)
    return Pipeline(folder, copy_project(folder / "project", folder / "seeds"))


@pytest.fixture
def demo(tmp_path) -> Pipeline:
    """A fictional season of this test's own, to be broken as the test likes."""
    return invent(tmp_path)


@pytest.fixture(scope="session")
def demo_built(of_this_run) -> Pipeline:
    """The fictional season, built with the dbt unit tests and published."""

    def build(folder: Path) -> None:
        league = invent(folder)
        ended_well(lambda: league.ingest(folder / "race-data"), league.build, league.publish)

    folder = once(of_this_run / "demo", build)
    return Pipeline(folder, folder / "project")


@pytest.fixture(scope="session")
def everything(of_this_run, demo_built) -> Pipeline:
    """The fictional season with all that `make publish` adds."""

    def build(folder: Path) -> None:
        shutil.copytree(demo_built.data, folder, symlinks=True, dirs_exist_ok=True)
        ended_well(lambda: Pipeline(folder, folder / "project").publish("--everything"))

    folder = once(of_this_run / "everything", build)
    return Pipeline(folder, folder / "project")


@pytest.fixture(scope="session")
def compiled(of_this_run) -> Callable[[str], str]:
    """The SQL of a model as dbt compiles it, by its name; those of `make what-if` among them.

    Nothing is built: a wrong rule would end the build, and with it the test that has to show
    the racers that the rule wrongly names.
    """

    def compile_models(folder: Path) -> None:
        shutil.rmtree(folder / "project", ignore_errors=True)
        project = copy_project(folder / "project", ROOT / "seeds")
        shutil.copytree(ROOT / "league/models", project / "models/marts", dirs_exist_ok=True)
        league = Pipeline(folder, project)
        league.built.parent.mkdir(parents=True, exist_ok=True)
        ended_well(lambda: league.run("dbt", "--quiet", "compile"))

    return Pipeline(once(of_this_run / "compiled", compile_models)).compiled
