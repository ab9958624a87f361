"""dbt reads the rules while the rankings are fetched, and builds only when it is told to."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from league import unchanged
from league.build import Build
from league.unchanged import BuildOfNews
from tests.helpers.pipeline import Pipeline

# In the place of Python: `python -m league.reads_ahead DATA`.
DBT = """#!/bin/sh
cd "$3"
echo $$ >> begun
read told
echo "$told" > told
echo "what dbt says"
exit 2
"""


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A folder where a script stands for dbt."""
    program = tmp_path / "python"
    program.write_text(DBT)
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    for name in ("LEAGUE_DATA", "DBT_PROJECT_DIR", "DBT_PROFILES_DIR", "DBT_TARGET_PATH",
                 "DBT_LOG_PATH"):  # fmt: skip
        monkeypatch.setenv(name, "")
    return tmp_path


def has_begun(data: Path) -> int:
    """The process that stands for dbt, once it is there."""
    until = time.monotonic() + 60
    while not (data / "begun").exists() or not (data / "begun").read_text().strip():
        assert time.monotonic() < until
        time.sleep(0.01)
    (process,) = (data / "begun").read_text().split()
    return int(process)


def test_it_reads_at_once_and_builds_when_told_to(data, capsys):
    with closing(Build(data)) as build:
        build.get_ready()
        has_begun(data)
        assert not (data / "told").exists()
        assert build.finish() == 2
    assert has_begun(data), "it was begun once"
    assert (data / "told").read_text() == "build\n"
    assert "what dbt says" in capsys.readouterr().err


def test_where_nothing_was_loaded_it_is_ended(data):
    with closing(Build(data)) as build:
        build.get_ready()
        process = has_begun(data)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert not (data / "told").exists()


@pytest.mark.parametrize("force", [False, True])
def test_where_the_last_build_had_the_same_rules_it_does_not_read_but_by_force(
    data, monkeypatch, force
):
    monkeypatch.setattr(unchanged, "is_built", lambda *_: True)
    with closing(BuildOfNews(data, None, force)) as build:
        build.get_ready()
        if force:
            assert has_begun(data)
        else:
            assert build.finish() == 0
    assert (data / "begun").exists() == force


def test_where_nobody_will_tell_it_ends_without_a_build(tmp_path):
    (tmp_path / "build").mkdir()
    done = Pipeline(tmp_path).run("python", "-m", "league.reads_ahead", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "build/league.duckdb").exists()
