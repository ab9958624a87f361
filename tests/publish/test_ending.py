"""What stops a command is said as it is, with a way out that costs nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import duckdb
import pytest

from league.cli import league
from league.errors import LeagueError, after_publishing, ended
from publish import documentation, release
from tests.helpers.pipeline import call

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); input()"


def test_a_file_that_a_notebook_has_open_is_named_with_its_holder(tmp_path, capsys):
    file = tmp_path / "league.duckdb"
    duckdb.connect(str(file)).close()
    notebook = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    notebook.stdout.readline()
    code = ended("publish", lambda: duckdb.connect(str(file), read_only=True) and 0)
    notebook.communicate(b"\n")
    output = capsys.readouterr().err
    assert code == 1
    assert f"publish: Expected {file} to be free, found it open in" in output
    assert f"(PID {notebook.pid})" in output
    assert "delete" not in output


def test_no_database_is_to_be_deleted(tmp_path, capsys):
    (tmp_path / "league.duckdb").write_bytes(b"DUCK" * 4096)
    ended("publish", lambda: duckdb.connect(str(tmp_path / "league.duckdb")) and 0)
    output = capsys.readouterr().err
    assert "Expected a sound database" in output
    assert "delete" not in output


def test_who_stops_a_command_is_told_what_is_published(capsys):
    def stop() -> int:
        raise KeyboardInterrupt

    def stop_late() -> int:
        with after_publishing():
            return stop()

    assert ended("publish", stop) == 130
    assert "What was published before is as it was." in capsys.readouterr().err
    assert ended("publish", stop_late) == 130
    output = capsys.readouterr().err
    assert "The new release is published" in output
    assert "as it was" not in output


def test_an_error_that_comes_of_a_stop_is_a_stop(capsys):
    def stop() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt:
            raise LeagueError("Expected two processes, found one killed.") from None

    assert ended("history", stop) == 143
    assert capsys.readouterr().err.startswith("history: stopped.")


def test_who_stops_a_release_half_in_place_gets_all_of_it(tmp_path, monkeypatch, capsys):
    link = release._link

    def link_and_stop(data, name, target) -> None:
        link(data, name, target)
        os.kill(os.getpid(), signal.SIGINT)

    def publish() -> None:
        with release.new_release(tmp_path) as new:
            (new / "league.duckdb").write_text("new")
            (new / "csv").mkdir()

    monkeypatch.setattr(release, "_link", link_and_stop)
    assert ended("publish", publish) == 130
    assert "The new release is published" in capsys.readouterr().err
    assert (tmp_path / "league.duckdb").read_text() == "new"
    assert (tmp_path / "csv").is_dir()


@pytest.mark.parametrize("command", ["docs", "check"])
def test_every_command_ends_with_a_sentence(command, tmp_path, monkeypatch, capsys):
    (tmp_path / "league.duckdb").write_bytes(b"no database" * 4096)
    (tmp_path / "build").mkdir()
    (tmp_path / "build/league.duckdb").write_bytes(b"no database" * 4096)
    monkeypatch.setattr(documentation, "DBT", ("false",))
    assert call(league, command, "--data", str(tmp_path))
    assert "Expected" in capsys.readouterr().err
