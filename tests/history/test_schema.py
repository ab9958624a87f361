"""A build database with a history in another layout is loaded again, with a sentence."""

from __future__ import annotations

import duckdb

from ingest.history.load import load
from ingest.history.schema import create_tables
from tests.helpers.invented_archive import BOARD, content, moment, snapshot, write_folder

FILES = {f"{BOARD}/{moment(hour)}.csv": snapshot(f"1,Ann,{hour},100,a") for hour in range(3)}


def test_tables_in_another_layout_are_replaced_and_filled_again(tmp_path, capsys):
    archive = write_folder(tmp_path / "archive", FILES)
    database = tmp_path / "h.duckdb"
    load(database, archive)
    before = content(database)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "drop schema history cascade; create schema history;"
            "create table history.file (leaderboard_arn varchar);"
            "create table history.version (place integer);"
            "comment on table history.file is 'made by tables.sql 0123456789abcdef'"
        )
    assert load(database, archive).outcomes == {"loaded": 3}
    assert "in the layout of another version of this project" in capsys.readouterr().err
    assert content(database) == before
    kept = tmp_path / "h.duckdb.of-another-version"
    with duckdb.connect(str(kept), read_only=True) as connection:
        assert connection.sql("from history.version").columns == ["place"]


def test_a_history_in_this_layout_stays_and_nothing_is_said(tmp_path, capsys):
    archive = write_folder(tmp_path / "archive", FILES)
    load(tmp_path / "h.duckdb", archive)
    with duckdb.connect(str(tmp_path / "h.duckdb")) as connection:
        create_tables(connection)
    assert load(tmp_path / "h.duckdb", archive).known == 3
    assert capsys.readouterr().err == ""
