"""What was published, to be changed."""

from __future__ import annotations

import shutil

import pytest

from tests.helpers.pipeline import Pipeline


@pytest.fixture
def league(everything, tmp_path) -> Pipeline:
    """A copy of all that was published, to be changed as the test likes."""
    copy = tmp_path / "league"
    shutil.copytree(everything.data, copy, symlinks=True)
    return Pipeline(copy, copy / "project")
