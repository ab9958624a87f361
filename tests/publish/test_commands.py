"""The commands a person types: what they print, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from ingest.history.__main__ import NOTHING_NEW
from league.__main__ import main as league
from tests.helpers.pipeline import ROOT, Pipeline


def make(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def test_make_alone_lists_what_there_is():
    done = make()
    assert done.returncode == 0
    for target in ("winners", "demo", "test", "shell", "bench"):
        assert f"make {target}" in done.stdout


PROGRAM = """#!/usr/bin/env python3
import json, os, sys
from pathlib import Path
(Path(__file__).parent / "given.json").write_text(json.dumps(sys.argv[1:]))
"""


@pytest.mark.parametrize("variable", ["DATA", "SOURCE", "AS_OF", "SEEDS"])
def test_no_name_of_a_folder_is_taken_for_a_command(tmp_path, variable):
    name = f'it\'s "Größe"; touch {tmp_path}/run; `touch {tmp_path}/run` $(touch run) #'
    program = tmp_path / "python"
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    given = {variable: name.replace("$", "$$")}
    done = make(
        "winners", f"BIN={tmp_path}", "READY=", *(f"{k}={v}" for k, v in given.items())
    )
    assert done.returncode == 0, done.stderr
    assert name in json.loads((tmp_path / "given.json").read_text())
    assert not (tmp_path / "run").exists()


def test_demo_works_and_a_second_time_has_nothing_to_do(tmp_path):
    first = make("demo", f"DATA={tmp_path}")
    published = tmp_path / "demo/league.duckdb"
    place = published.stat().st_ino
    second = make("demo", f"DATA={tmp_path}")
    assert first.returncode == 0, first.stderr
    assert "FICTIONAL SEASON" in first.stdout
    assert "Fictional Heron" in first.stdout
    assert second.returncode == 0, second.stderr
    assert "Nothing new" not in first.stderr
    assert "Nothing new: same files, rules and versions" in second.stderr
    assert published.stat().st_ino == place
    assert (
        second.stdout.split("FICTIONAL SEASON")[1] == first.stdout.split("FICTIONAL SEASON")[1]
    )
    assert not (tmp_path / "league.duckdb").exists(), "the demo must not pass for the real one"


@pytest.mark.parametrize("force", [False, True])
def test_by_force_all_is_built_and_written_anew(tmp_path, monkeypatch, force):
    built, published = [], []
    monkeypatch.setattr("ingest.__main__.main", lambda *_: 0)
    monkeypatch.setattr("league.build.is_built", lambda *_: True)
    monkeypatch.setattr("league.build.build", lambda *_, **__: built.append(1) or 0)
    monkeypatch.setattr("publish.__main__.main", lambda given: published.extend(given) or 0)
    given = ["winners", "--data", str(tmp_path), *(["--force"] if force else [])]
    assert league(given) == 0
    assert bool(built) == force
    assert ("--what-changed" in published) == (not force)


def test_a_history_without_news_is_built_only_where_that_is_asked_for(tmp_path, monkeypatch):
    built = []
    monkeypatch.setattr("ingest.history.__main__.main", lambda given: NOTHING_NEW)
    monkeypatch.setattr("league.__main__._build_and_publish", lambda *_: built.append(1) or 0)
    given = ["history", "--data", str(tmp_path), "--source", "hours"]
    assert league(given) == 0
    assert not built
    assert league([*given, "--force"]) == 0
    assert built


def test_winners_without_a_network_names_the_ways_out_and_prints_nobody(tmp_path):
    done = make("winners", f"DATA={tmp_path}", "SOURCE=http://127.0.0.1:9")
    assert done.returncode != 0
    assert "make demo" in done.stderr
    assert "Season" not in done.stdout
    assert not (tmp_path / "league.duckdb").exists()


def test_shell_opens_the_published_database_read_only(demo_built):
    def shell(sql: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["make", "shell", f"DATA={demo_built.data}"],
            cwd=ROOT, capture_output=True, text=True, input=sql, timeout=60,
        )  # fmt: skip

    assert "40" in shell("select count(*) from evo_winners;").stdout
    assert "read-only" in shell("create table x as select 1;").stderr


@pytest.mark.parametrize("what", [("shell",), ("problems", "TEST=exceptions_are_known")])
def test_without_a_database_it_says_what_to_run(tmp_path, what):
    done = make(*what, f"DATA={tmp_path}")
    assert done.returncode != 0
    assert "make winners" in done.stderr


def test_a_bare_build_without_data_says_what_to_run(tmp_path):
    (tmp_path / "build").mkdir()
    done = Pipeline(tmp_path).run("dbt", "build")
    assert done.returncode != 0
    assert "python -m ingest" in done.stdout


def test_help_names_the_exit_codes():
    done = Pipeline(Path("data")).run("python", "-m", "ingest", "--help")
    assert done.returncode == 0
    assert "exit codes" in done.stdout


@pytest.mark.parametrize("module", ["ingest", "publish"])
def test_wrong_arguments_end_with_2(module):
    assert Pipeline(Path("data")).run("python", "-m", module, "--wrong").returncode == 2
