"""A run without the real winners says so, and fails where it has to look at them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.helpers.pipeline import ROOT


@pytest.mark.parametrize(("required", "code"), [("0", 0), ("1", 1)])
def test_tests_of_real_winners_are_skipped_or_fail(tmp_path, required, code):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q",
         "tests/rules/test_season_2021.py"],
        cwd=ROOT,
        env={"PATH": "", "LEAGUE_SHARED": str(tmp_path), "REQUIRE_REAL": required},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == code
    assert ".ci/real-data fetches it" in done.stdout
