"""What was published, to be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.helpers.pipeline import Pipeline


def copy_of(league: Pipeline, to: Path) -> Pipeline:
    shutil.copytree(league.data, to, symlinks=True)
    return Pipeline(to, to / "project")


@pytest.fixture
def league(demo_built, tmp_path) -> Pipeline:
    """A copy of the fictional season, built and published, to be changed as the test likes."""
    return copy_of(demo_built, tmp_path / "league")


@pytest.fixture
def with_exports(everything, tmp_path) -> Pipeline:
    """The same with Parquet, CSV and site."""
    return copy_of(everything, tmp_path / "league")
