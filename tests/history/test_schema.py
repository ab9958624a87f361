"""A build database of another version of the history's tables is made anew, and that is said."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingest.history.load import load
from ingest.history.schema import create_tables
from tests.helpers.invented_archive import BOARD, content, moment, snapshot, write_folder

FILES = {f"{BOARD}/{moment(hour)}.csv": snapshot(f"1,Ann,{hour},100,a") for hour in range(3)}


@pytest.mark.parametrize(
    "change",
    [
        "alter table history.version drop column team_name",
        "alter table history.version add column shoe_size varchar",
        "alter table history.snapshot alter column row_count type bigint",
        "alter table history.file alter column git_blob drop not null",
        "create table history.something_else (a integer)",
    ],
)
def test_tables_of_another_version_are_made_anew_and_filled_again(tmp_path, capsys, change):
    archive = write_folder(tmp_path / "archive", FILES)
    database = tmp_path / "h.duckdb"
    load(database, archive)
    before = content(database)
    with duckdb.connect(str(database)) as connection:
        connection.execute(change)
        connection.execute("comment on table history.file is null")
    assert load(database, archive).outcomes == {"loaded": 3}
    assert "of another version of this project" in capsys.readouterr().err
    assert content(database) == before


def test_a_history_from_before_times_were_kept_is_kept(tmp_path: Path, capsys):
    archive = write_folder(tmp_path / "archive", FILES)
    database = tmp_path / "h.duckdb"
    load(database, archive)
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop table history.file_time")
        connection.execute("comment on table history.file is null")
    assert load(database, archive).known == 3
    assert capsys.readouterr().err == ""


def test_what_made_the_tables_is_written_down_so_that_they_are_not_compared_each_time():
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.execute("alter table history.file add column a integer")
        create_tables(connection)  # the mark is trusted
        connection.execute("comment on table history.file is null")
        create_tables(connection)
        columns = connection.execute("describe history.file").fetchall()
    assert "a" not in [column[0] for column in columns]
