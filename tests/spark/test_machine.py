"""Where Spark cannot run, a sentence says what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

from league.cli import spark as command
from spark import machine
from spark.machine import NotPossible
from tests.helpers.pipeline import ROOT, call


@pytest.fixture
def java(tmp_path, monkeypatch):
    """Puts a java on the path that says this of itself."""

    def put(output: str, code: int = 0) -> None:
        program = tmp_path / "java"
        program.write_text(f"#!/bin/sh\necho '{output}' >&2\nexit {code}\n")
        program.chmod(0o755)

    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return put


@pytest.mark.parametrize(
    ("output", "code", "problem"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 0, None),
        ('openjdk version "21" 2023-09-19 LTS', 0, None),
        ('openjdk version "11.0.21" 2023-10-17', 0, "found 11 ("),
        ('java version "1.8.0_392"', 0, "found 8 ("),
        ("Unable to locate a Java Runtime.", 1, "found: Unable to locate a Java Runtime."),
    ],
)
def test_a_java_of_17_or_newer_will_do_and_another_is_named_with_what_to_install(
    java, output, code, problem
):
    java(output, code)
    if not problem:
        assert machine.java_problem() is None
    else:
        assert problem in machine.java_problem()
        assert "Install Java 17 or newer" in machine.java_problem()


def test_no_java_is_a_sentence_and_an_exit_code_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    done = subprocess.run(
        [sys.executable, "-m", "league", "spark", "--data", str(tmp_path / "data")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 5
    assert done.stderr.startswith("spark: Expected Java for Spark, found none. Install Java")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_java_home_that_leads_nowhere_is_named(monkeypatch):
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    assert "found none in JAVA_HOME=/nowhere" in machine.java_problem()


def test_packages_that_are_not_installed_are_named(monkeypatch):
    monkeypatch.setattr(machine, "find_spec", lambda name: None)
    monkeypatch.setattr(machine, "java_problem", lambda: None)
    with pytest.raises(NotPossible, match=r"found no pyspark. `make spark` installs them"):
        machine.refuse_unless_possible()


def test_what_is_missing_is_said_before_anything_is_started(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("spark.run.refuse_unless_possible", lambda: None)
    data = ("--data", str(tmp_path / "data"))
    assert call(command, *data) == 1
    assert "spark: Expected race data in " in capsys.readouterr().err
