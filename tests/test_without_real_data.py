"""A run that did not look at the real winners says so, and fails where it has to look."""

from __future__ import annotations

import subprocess
import sys

from tests.helpers.pipeline import ROOT

REAL_TESTS = "tests/rules/test_season_2021.py"


def run_without_real_data(nowhere, *more: str, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *more, REAL_TESTS],
        cwd=ROOT,
        env={"PATH": "", "LEAGUE_SHARED": str(nowhere), **env},
        capture_output=True,
        text=True,
    )


def test_a_run_without_the_real_data_ends_with_a_loud_line(tmp_path):
    # By a worker, as `make test` runs it.
    done = run_without_real_data(tmp_path, "-n", "1")
    assert done.returncode == 0, done.stdout
    last = done.stdout.rstrip().splitlines()[-1]
    skipped = int(done.stdout.rpartition(" skipped")[0].split()[-1])
    assert skipped > 5
    assert last.startswith(f"!!! {skipped} TESTS OF REAL WINNERS WERE SKIPPED: ")


def test_require_real_makes_a_run_without_the_real_data_fail(tmp_path):
    done = run_without_real_data(tmp_path, REQUIRE_REAL="1")
    assert done.returncode == 1
    assert " failed" in done.stdout or " error" in done.stdout
    assert ".ci/real-data fetches it" in done.stdout
