"""Where nothing is new nothing is built or written, and what is new is never missed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from league.unchanged import is_built, maker, note_maker

from league import unchanged
from tests.helpers.pipeline import Pipeline

MADE_BY = "0" * 64


@pytest.fixture(scope="module")
def noted(everything, tmp_path_factory) -> Path:
    """The fictional season, built, its maker noted, and published with all."""
    folder = tmp_path_factory.mktemp("noted") / "league"
    shutil.copytree(everything.data, folder)
    note_maker(folder, MADE_BY)
    publish(Pipeline(folder, folder / "project"))
    return folder


@pytest.fixture
def league(noted, tmp_path) -> Pipeline:
    """A copy of it, to be changed as the test likes."""
    copy = tmp_path / "league"
    shutil.copytree(noted, copy)
    return Pipeline(copy, copy / "project")


def publish(league: Pipeline) -> None:
    done = league.publish("--everything", "--what-changed")
    assert done.returncode == 0, done.stderr


def places(league: Pipeline) -> dict[str, int]:
    """Where each published thing lies on the disk: another number is another thing."""
    names = ("league.duckdb", "parquet", "csv", "site")
    return {name: (league.data / name).stat().st_ino for name in names}


def moved(league: Pipeline, before: dict[str, int]) -> set[str]:
    return {name for name, place in places(league).items() if place != before[name]}


def test_the_same_again_is_known_and_nothing_is_written(league):
    assert is_built(league.data, MADE_BY)
    before = places(league)
    publish(league)
    assert moved(league, before) == set()


@pytest.mark.parametrize(
    "news",
    [
        "update raw.outcomes set sha256 = 'another' where file like '%FINAL.csv'",
        "update raw.outcomes set outcome = 'not_published' where file like '%FINAL.csv'",
        "update raw.source set source = 'elsewhere'",
        "update raw.source set ref = 'another commit'",
        "update build.proof set not_passed = '1 of 9 did not: a_test (fail)'",
        "update build.proof set build_id = 'of a build by hand'",
        "delete from build.proof",
        "drop table build.made_by",
    ],
)
def test_other_data_or_another_build_is_new(league, news):
    with duckdb.connect(str(league.built)) as database:
        database.execute(news)
    assert not is_built(league.data, MADE_BY)


def test_another_maker_is_new_and_a_league_that_was_never_built_is(league, tmp_path):
    assert not is_built(league.data, "1" * 64)
    assert not is_built(tmp_path / "nowhere", MADE_BY)


@pytest.mark.parametrize(
    "file",
    ["models/marts/evo_winners.sql", "models/intermediate/int_awards.sql", "seeds/_seeds.yml",
     "tests/dbt/exceptions_are_known.sql", "dbt_project.yml", "profiles.yml",
     "ingest/judge.sql", "league/rows.py", "publish/winners.py", "docs/rules/evo.md",
     "seeds/rounds.csv"],
)  # fmt: skip
def test_a_rule_a_row_or_code_that_changed_makes_another_maker(tmp_path, monkeypatch, file):
    for part in ("models", "macros", "seeds", "tests/dbt", "docs/rules", "ingest",
                 "league", "publish"):  # fmt: skip
        shutil.copytree(unchanged.PROJECT / part, tmp_path / part)
    for part in ("dbt_project.yml", "profiles.yml"):
        shutil.copy2(unchanged.PROJECT / part, tmp_path / part)
    before = maker(None)
    monkeypatch.setattr(unchanged, "PROJECT", tmp_path)
    assert maker(None) == before, "the same files in another folder make the same"
    (tmp_path / file).write_bytes((tmp_path / file).read_bytes() + b"\n")
    assert maker(None) != before


def test_only_a_folder_that_is_not_as_it_was_written_is_written_again(league):
    before = places(league)
    (league.data / "csv/evo_winners.csv").write_text("somebody wrote here")
    publish(league)
    assert moved(league, before) == {"csv"}
    assert "somebody" not in (league.data / "csv/evo_winners.csv").read_text()

    notes = league.data / "build/published.json"
    assert set(json.loads(notes.read_text())) == {"league.duckdb", "parquet", "csv", "site"}
    shutil.rmtree(league.data / "parquet")
    publish(league)
    assert (league.data / "parquet/manifest.json").is_file()


def test_a_site_that_is_to_stand_elsewhere_is_written_again(league, monkeypatch):
    before = places(league)
    monkeypatch.setenv("SITE_ADDRESS", "https://example.org/league")
    publish(league)
    assert moved(league, before) == {"site"}
    pages = (league.data / "site").rglob("*.html")
    assert any("https://example.org/league/" in page.read_text() for page in pages)
    before = places(league)
    publish(league)
    assert moved(league, before) == set()


WRITER = """
import os, sys, duckdb
opened = duckdb.connect(sys.argv[1])
opened.execute("update evo_winners set alias = 'somebody else'")
os._exit(9)
"""


def test_a_log_that_a_killed_writer_left_beside_the_published_file_is_news(league):
    subprocess.run([sys.executable, "-c", WRITER, str(league.published)], check=False)
    stranger = "select count(*) from evo_winners where alias = 'somebody else'"
    assert league.ask(stranger) == [(40,)]
    publish(league)
    assert league.ask(stranger) == [(0,)]
    assert not league.published.with_name("league.duckdb.wal").exists()
