"""The leagues that all tests share, each built once a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from demo import fictional_season
from tests.helpers.pipeline import NO_SHARED, Pipeline, copy_project, shared

# Promises about the real league that this run did not look at.
NOT_LOOKED_AT = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter, config) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    config.stash[NOT_LOOKED_AT] = sum(NO_SHARED in str(report.longrepr) for report in skipped)


def pytest_unconfigure(config) -> None:
    """Ends a run without the real data with a line that nobody overlooks."""
    if count := config.stash.get(NOT_LOOKED_AT, 0):
        print(
            f"\n!!! {count} TESTS OF REAL WINNERS WERE SKIPPED: {NO_SHARED}. "
            ".ci/real-data fetches it; with REQUIRE_REAL=1 this run fails. !!!"
        )


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
    return Pipeline(tmp_path, copy_project(tmp_path / "project", tmp_path / "seeds"))


@pytest.fixture(scope="session")
def demo_built(tmp_path_factory) -> Pipeline:
    """The fictional season, built with the dbt unit tests and published."""
    folder = tmp_path_factory.mktemp("demo")
    fictional_season.invent(folder)
    pipeline = Pipeline(folder, copy_project(folder / "project", folder / "seeds"))
    for step in (
        lambda: pipeline.ingest(folder / "race-data"),
        pipeline.build,
        pipeline.publish,
    ):
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
def compiled(tmp_path_factory) -> Callable[[str], str]:
    """The SQL of a model as dbt compiles it, by the model's name.

    Nothing is built: a wrong rule would end the build, and with it the test that has to show
    whom the rule wrongly names.
    """
    pipeline = Pipeline(tmp_path_factory.mktemp("compiled"))
    pipeline.built.parent.mkdir()
    done = pipeline.run("dbt", "--quiet", "compile")
    assert done.returncode == 0, done.stdout
    folder = pipeline.data / "build/target/compiled/deepracer_league/models"

    def sql(model: str) -> str:
        (found,) = folder.glob(f"*/{model}.sql")
        return found.read_text(encoding="utf-8")

    return sql
