"""The commands a person types: what they print, and how they end."""

from __future__ import annotations

import json
import os
import re
import subprocess

import pytest
from click.testing import CliRunner

from league.cli import league
from league.errors import EXIT_CODES
from tests.helpers.pipeline import ROOT, Pipeline, call

RUNNING = ROOT / "docs/running.md"


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
    targets = re.findall(r"^make (\S+)", done.stdout, re.MULTILINE)
    assert {"winners", "publish", "demo", "shell", "test", "lint"} <= set(targets)
    assert len(targets) <= 12
    assert done.stdout.count("\n") <= 24, "it fits on one screen"


PROGRAM = """#!/usr/bin/env python3
import json, os
from pathlib import Path
(Path(__file__).parent / "environment.json").write_text(json.dumps(dict(os.environ)))
"""
VARIABLES = ("DATA", "SOURCE", "SEEDS", "REF", "AS_OF", "RULES", "FORMAT", "FORCE")


@pytest.mark.parametrize("variable", [*VARIABLES, "ACCEPT_CHANGES"])
def test_nothing_that_is_typed_is_taken_for_a_command(tmp_path, variable):
    run = f"touch {tmp_path}/run"
    name = f'it\'s "Größe"; {run}; `{run}` $({run}) $(shell {run}) ${{shell {run}}} $$ #'
    program = tmp_path / "python"
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    for given in ([f"{variable}={name}"], []), ([], [f"{variable}={name}"]):
        arguments, environment = ([*each] for each in given)
        done = make(
            "winners", f"BIN={tmp_path}", "RUN=", *arguments,
            **dict(each.split("=", 1) for each in environment),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        seen = json.loads((tmp_path / "environment.json").read_text())
        assert seen[f"LEAGUE_{variable}"] == name
        assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("typed", "takes"),
    [
        ("winners ASOF=2021-10-20T12:00:00Z", "DATA, SOURCE, SEEDS, REF, AS_OF, "),
        ("winners source=../race-data", "DATA, SOURCE, SEEDS, REF, AS_OF, "),
        ("shell AS_OF=2021-10-20T12:00:00Z", "DATA. "),
        ("what-if AS_OF=2021-10-20T12:00:00Z RULES=rules", "DATA, SEEDS, RULES. "),
    ],
)
def test_a_variable_that_would_make_no_difference_is_refused(tmp_path, typed, takes):
    command, *variables = typed.split()
    done = make(command, f"DATA={tmp_path}", *variables)
    name = variables[0].partition("=")[0]
    assert done.returncode == 2
    assert f"`make {command}` does not take {name}; it takes {takes}" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_moment_in_the_environment_is_no_less_refused(tmp_path):
    done = make("shell", f"DATA={tmp_path}", AS_OF="2021-10-20T12:00:00Z")
    assert "`make shell` does not take AS_OF" in done.stderr


def test_what_stands_after_make_test_is_for_the_tests_alone():
    done = make("-n", "test", "THOROUGH=1")
    assert "MAKEFLAGS= MAKELEVEL= .venv/bin/python -m pytest" in done.stdout


def test_any_command_may_be_told_which_league_it_is_about(tmp_path):
    done = make(
        "shell", f"DATA={tmp_path}", "SEEDS=seeds", "SOURCE=race-data", "PYTHON=python3"
    )
    assert f"There is no {tmp_path}/league.duckdb yet" in done.stderr


def test_a_variable_that_make_does_not_know_is_not_expanded_either(tmp_path):
    assert make("help", f"TEST=$(shell touch {tmp_path}/run)").returncode == 0
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("force", [False, True])
def test_by_force_all_is_built_and_written_anew(tmp_path, monkeypatch, force):
    built, published = [], []
    monkeypatch.setattr("ingest.report.load_rankings", lambda *_: None)
    monkeypatch.setattr("league.build.is_built", lambda *_: True)
    monkeypatch.setattr("league.build.build", lambda *_, **__: built.append(1) or 0)
    monkeypatch.setattr("publish.run.publish", lambda *given: published.append(given))
    given = ["winners", "--data", str(tmp_path), *(["--force"] if force else [])]
    assert call(league, *given) == 0
    assert bool(built) == force
    data, _, everything, what_changed, *_ = published[0]
    assert (data, everything, what_changed) == (tmp_path, False, not force)


def test_shell_opens_the_published_database_read_only(demo_built):
    def shell(sql: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["make", "shell", f"DATA={demo_built.data}"],
            cwd=ROOT, capture_output=True, text=True, input=sql, timeout=60,
        )  # fmt: skip

    assert "40" in shell("select count(*) from evo_winners;").stdout
    assert "read-only" in shell("create table x as select 1;").stderr


@pytest.mark.parametrize("what", [["shell"], ["problems", "exceptions_are_known"], ["docs"]])
def test_without_a_database_it_says_what_to_run(tmp_path, capsys, what):
    assert call(league, *what, "--data", str(tmp_path)) == 1
    assert "make winners" in capsys.readouterr().err


def test_a_bare_build_without_data_says_what_to_run(tmp_path):
    (tmp_path / "build").mkdir()
    done = Pipeline(tmp_path).run("dbt", "build")
    assert done.returncode != 0
    assert "python -m ingest" in done.stdout
    output = " ".join(done.stdout.split())
    assert "There is no race data in ./build/league.duckdb yet" in output


def test_help_lists_every_command_and_every_exit_code():
    done = CliRunner().invoke(league, ["--help"])
    printed = done.output.split("Commands:")[1]
    assert [*re.findall(r"^  ([a-z-]+)  ", printed, re.MULTILINE)] == [*league.commands]
    assert [*re.findall(r"^  (\d+) ", printed, re.MULTILINE)] == [*EXIT_CODES]


def test_running_md_has_the_same_exit_codes():
    rows = re.findall(
        r"^\| (\d+) \| (.*) \|$", RUNNING.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert dict(rows) == EXIT_CODES


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "--wrong"],
        ["publish", "--wrong"],
        ["ingest", "--source", "a folder", "--ref", "main"],
        ["ingest", "--source", "https://one@two@three"],
        ["league", "winners", "--as-of", "2021-10-20"],
    ],
)
def test_wrong_arguments_end_with_2(arguments, tmp_path):
    assert Pipeline(tmp_path).run("python", "-m", *arguments).returncode == 2


def test_a_message_begins_with_the_command_that_was_typed(tmp_path):
    done = Pipeline(tmp_path).ingest("no folder")
    assert done.stderr.startswith("python -m ingest: Expected raw_data/leaderboards")
