"""A folder of data that somebody else has sent: nothing in it is a program."""

from __future__ import annotations

import os

import duckdb
import pytest

from league.data_folder import MARK, claim, is_made_here
from publish.database import open_published

SECRET = "what only the owner of this machine may read"


def test_what_dbt_parsed_elsewhere_and_a_build_of_elsewhere_are_put_aside(league, capsys):
    (league.data / "build" / MARK).write_text("0" * 64)
    parsed = league.data / "build/target/partial_parse.msgpack"
    parsed.parent.mkdir(exist_ok=True)
    parsed.write_bytes(b"another program")
    assert not is_made_here(league.data)
    before = league.published.read_bytes()
    done = league.publish()
    assert done.returncode == 1
    assert "was not made by this copy of the project" in done.stderr
    assert not parsed.exists()
    assert (league.data / "build-not-made-here/league.duckdb").is_file()
    assert league.published.read_bytes() == before
    assert is_made_here(league.data)


def test_a_build_can_be_moved_back_and_a_second_one_takes_no_place(tmp_path):
    for name in ("build-not-made-here", "build-not-made-here-2"):
        (tmp_path / "build").mkdir(exist_ok=True)
        (tmp_path / "build" / MARK).unlink(missing_ok=True)
        (tmp_path / "build/league.duckdb").write_text(name)
        claim(tmp_path)
        assert (tmp_path / name / "league.duckdb").read_text() == name
        assert not (tmp_path / "build/league.duckdb").exists()
    os.rename(tmp_path / "build-not-made-here/league.duckdb", tmp_path / "build/league.duckdb")
    claim(tmp_path)
    assert (tmp_path / "build/league.duckdb").exists()


@pytest.mark.parametrize(
    "link", ["build", "build/target", "build/project", "releases", ".lock", "docs"]
)
def test_no_link_below_data_is_followed(league, tmp_path, link):
    there = tmp_path / "elsewhere"
    path = league.data / link
    if link == ".lock":
        path.unlink(missing_ok=True)
        there.write_text("precious")
    else:
        there.mkdir()
        (there / "precious").write_text("precious")
        if path.exists():
            path.rename(tmp_path / "away")
    path.symlink_to(there)
    done = league.publish()
    assert done.returncode == 1
    assert f"Expected to read and write {path}" in done.stderr
    assert "Traceback" not in done.stderr
    kept = there if there.is_file() else there / "precious"
    assert kept.read_text() == "precious"
    assert there.is_file() or len(list(there.iterdir())) == 1


def test_only_what_this_project_names_is_published(league, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    with duckdb.connect(str(league.built)) as built:
        built.execute(
            f"""
            create schema foreign_schema;
            create table foreign_schema.t as select 1 as x;
            create view main.note as select content from read_text('{secret}');
            create macro main.strftime(a, b) as
                (select content from read_text('{secret}'));
            create macro raw.other() as 1;
            create or replace view staging.stg_source as
                select content as source from read_text('{secret}');
            """
        )
    assert league.publish().returncode == 0
    names = "select schema_name || '.' || {}_name from duckdb_{}s() where not internal"
    found = [
        name
        for kind in ("table", "view", "function")
        for (name,) in league.ask(names.format(kind, kind))
    ]
    assert "staging.stg_source" in found
    assert not {"foreign_schema.t", "main.note", "main.strftime", "raw.other"} & set(found)
    assert SECRET.encode() not in b"".join(
        path.read_bytes() for path in league.data.glob("current/**/*") if path.is_file()
    )
    assert league.ask("select source from staging.stg_source") == [("a local copy",)]


def test_a_view_in_the_place_of_a_table_reads_no_file(league, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    before = league.published.read_bytes()
    with duckdb.connect(str(league.built)) as built:
        built.execute(
            "drop table main.races; create view main.races as "
            f"select * from read_text('{secret}')"
        )
    done = league.publish()
    assert done.returncode == 1
    assert SECRET not in done.stderr
    assert league.published.read_bytes() == before


def test_sql_of_a_published_database_reads_and_writes_no_other_file(league, tmp_path):
    with open_published(league.published, tmp_path / "out") as opened:
        for sql in ("from read_text('/etc/hostname')", f"copy (select 1) to '{tmp_path}/x'"):
            with pytest.raises(duckdb.PermissionException):
                opened.execute(sql)
        settings = "select value from duckdb_settings() where name like 'auto%extensions'"
        assert set(opened.execute(settings).fetchall()) == {("false",)}
