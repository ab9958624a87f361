"""Where nothing is new nothing is built or written, and what is new is never missed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from publish import proof
from publish.proof import fingerprint, is_built
from tests.helpers.pipeline import Pipeline

MADE_BY = "0" * 64


@pytest.fixture(scope="module")
def noted(everything, tmp_path_factory) -> Path:
    """The fictional season, built with a fingerprint, and published with all."""
    folder = tmp_path_factory.mktemp("noted") / "league"
    shutil.copytree(everything.data, folder, symlinks=True)
    league = Pipeline(folder, folder / "project")
    with duckdb.connect(str(league.built)) as built:
        noted = "update build.proof set fingerprint = concat_ws(' ', ?, source, ref) from raw.source"
        built.execute(noted, [MADE_BY])
    publish(league)
    return folder


@pytest.fixture
def league(noted, tmp_path) -> Pipeline:
    """A copy of it, to be changed as the test likes."""
    copy = tmp_path / "league"
    shutil.copytree(noted, copy, symlinks=True)
    return Pipeline(copy, copy / "project")


def publish(league: Pipeline) -> None:
    done = league.publish("--everything", "--what-changed")
    assert done.returncode == 0, done.stderr


def place(league: Pipeline) -> Path:
    """The folder of the release that is in place."""
    return (league.data / "current").readlink()


def test_the_same_again_is_known_and_nothing_is_written(league):
    assert is_built(league.data, MADE_BY)
    before = place(league)
    publish(league)
    assert place(league) == before


NEWS = (
    "update raw.outcomes set sha256 = 'another' where file like '%FINAL.csv'",
    "update raw.outcomes set outcome = 'not_published' where file like '%FINAL.csv'",
    "update raw.source set source = 'elsewhere'",
    "update raw.source set ref = 'another commit'",
    "update build.proof set not_passed = '1 of 9 did not: a_test (fail)'",
    "update build.proof set fingerprint = ''",
    "delete from build.proof",
    "drop table build.proof",
)


def test_other_data_or_another_build_is_new(league):
    as_built = league.built.read_bytes()
    for news in NEWS:
        league.built.write_bytes(as_built)
        assert is_built(league.data, MADE_BY)
        with duckdb.connect(str(league.built)) as database:
            database.execute(news)
        assert not is_built(league.data, MADE_BY), news


def test_another_fingerprint_is_new_and_a_league_that_was_never_built_is(league, tmp_path):
    assert not is_built(league.data, "1" * 64)
    assert not is_built(tmp_path / "nowhere", MADE_BY)


CHANGED = (
    "models/marts/evo_winners.sql", "models/intermediate/int_awards.sql", "seeds/_seeds.yml",
    "tests/dbt/exceptions_are_known.sql", "dbt_project.yml", "profiles.yml",
    "ingest/judge.sql", "league/rows.py", "publish/winners.py", "docs/rules/evo.md",
    "seeds/rounds.csv",
)  # fmt: skip


def test_a_rule_a_row_or_code_that_changed_makes_another_fingerprint(tmp_path, monkeypatch):
    ignored = shutil.ignore_patterns(".*", "data", "target", "logs", "__pycache__")
    shutil.copytree(proof.PROJECT, tmp_path / "copy", ignore=ignored)
    before = fingerprint(proof.PROJECT / "seeds")
    monkeypatch.setattr(proof, "PROJECT", tmp_path / "copy")
    seeds = tmp_path / "copy/seeds"
    assert fingerprint(seeds) == before, "the same files in another folder make the same"
    for file in CHANGED:
        path = tmp_path / "copy" / file
        body = path.read_bytes()
        path.write_bytes(body + b"\n")
        assert fingerprint(seeds) != before, file
        path.write_bytes(body)


WRITER = """
import os, sys, duckdb
opened = duckdb.connect(sys.argv[1])
opened.execute("update evo_winners set alias = 'somebody else'")
os._exit(9)
"""


def test_what_is_not_as_it_was_written_is_written_again(league):
    """A text that somebody wrote, a folder that is gone, and a log that a killed writer left
    beside the database."""
    (league.data / "csv/evo_winners.csv").write_text("somebody wrote here")
    (league.data / "parquet").unlink()
    subprocess.run([sys.executable, "-c", WRITER, str(league.published)], check=False)
    stranger = "select count(*) from evo_winners where alias = 'somebody else'"
    assert league.ask(stranger) == [(40,)]
    publish(league)
    assert "somebody" not in (league.data / "csv/evo_winners.csv").read_text()
    assert (league.data / "parquet/manifest.json").is_file()
    assert league.ask(stranger) == [(0,)]
    assert not league.published.with_name("league.duckdb.wal").exists()


def test_new_winners_bring_the_folders_along(league):
    """What is published is always of one build."""
    with duckdb.connect(str(league.built)) as built:
        built.execute("update build.proof set build_id = 'another', published = ''")
    assert league.publish("--what-changed").returncode == 0
    assert league.ask("select build_id from build.proof") == [("another",)]
    assert '"another"' in (league.data / "parquet/manifest.json").read_text()
    assert 'content="another"' in (league.data / "site/index.html").read_text()


def test_no_published_text_tells_the_source_or_a_guess_of_it(league):
    columns = "select column_name from duckdb_columns() where schema_name = 'build'"
    assert league.ask(columns) == [
        ("build_id",), ("built_at_utc",), ("content",), ("not_passed",),
        ("data_version",), ("schema_version",),
    ]  # fmt: skip
    assert MADE_BY.encode() not in league.published.read_bytes()


def test_a_site_that_is_to_stand_elsewhere_is_written_again(league, monkeypatch):
    before = place(league)
    monkeypatch.setenv("SITE_ADDRESS", "https://example.org/league")
    publish(league)
    assert place(league) != before
    pages = (league.data / "site").rglob("*.html")
    assert any("https://example.org/league/" in page.read_text() for page in pages)
