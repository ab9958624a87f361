"""The tasks of the history on Spark, run here without it: equal to `make history`'s tables."""

from __future__ import annotations

import duckdb
import pytest

from ingest.history.load import load as load_into_duckdb
from ingest.history.source import open_source
from spark.compare import compare
from spark.history import board as task
from spark.history.run import COMPARED
from tests.helpers.invented_archive import BOARD, OTHER_BOARD, moment, write_folder
from tests.helpers.pipeline import shared
from tests.history.test_load import season


def encode(archive, out) -> list[task.Done]:
    """What the job does, one task after the other."""
    source = open_source(archive)
    new = task.plan(source, out)
    return [task.write_board(source, *board, out) for board in new.new.items()]


def assert_equal(archive, out, database) -> None:
    """database: where the history of the archive is loaded, or to be loaded."""
    if not database.exists():
        load_into_duckdb(database, archive)
    for each in compare(database, "history", list(COMPARED), out, {}):
        assert each.is_equal, each
        assert each.rows or each.name == "rank_run"


def rows(out, table: str) -> list[tuple]:
    return duckdb.sql(
        f"from read_parquet('{out}/{table}/*/rows.parquet', hive_partitioning = true)"
    ).fetchall()


def test_rows_are_those_of_make_history_and_badly_named_files_are_in_quarantine(tmp_path):
    archive = write_folder(tmp_path / "archive", season(12))
    write_folder(tmp_path / "archive", {f"{BOARD}/2031-05-01 at noon.csv": b"Rank,Alias\n"})
    encode(archive, tmp_path / "out")
    assert_equal(archive, tmp_path / "out", tmp_path / "league.duckdb")
    quarantined = [row for row in rows(tmp_path / "out", "file") if "at noon" in row[0]]
    assert [row[1] for row in quarantined] == ["quarantined"]


def test_a_board_is_a_partition(tmp_path):
    encode(write_folder(tmp_path / "archive", season(12)), tmp_path / "out")
    folders = sorted(folder.name for folder in (tmp_path / "out/row_version").iterdir())
    assert folders == [
        f"leaderboard_arn={board.replace(':', '%3A').replace('/', '%2F')}"
        for board in (BOARD.rpartition("/")[0], BOARD, OTHER_BOARD)
    ]


def test_only_boards_with_new_files_are_read_again(tmp_path):
    files = season(12)
    late = {name: body for name, body in files.items() if moment(10) in name and BOARD in name}
    archive = write_folder(
        tmp_path / "archive", {name: body for name, body in files.items() if name not in late}
    )
    out = tmp_path / "out"
    encode(archive, out)
    assert encode(archive, out) == []
    write_folder(archive, late)
    (done,) = encode(archive, out)
    assert done.board == BOARD
    assert sum(done.outcomes.values()) == len(late) == 1
    assert_equal(archive, out, tmp_path / "league.duckdb")


# Before the first table, before `snapshot`, before `file`, and in the second board.
@pytest.mark.parametrize("step", [0, 2, 3, 5])
def test_a_task_that_was_killed_leaves_no_half_board(tmp_path, monkeypatch, step):
    files = season(12)
    early = {name: body for name, body in files.items() if moment(10) not in name}
    archive, out = write_folder(tmp_path / "archive", early), tmp_path / "out"
    encode(archive, out)
    write_folder(archive, files)
    replaced = []

    def replace(new, file):
        if len(replaced) == step:
            raise KeyboardInterrupt
        replaced.append(file)
        file.write_bytes(new.read_bytes())

    with monkeypatch.context() as patched, pytest.raises((KeyboardInterrupt, AssertionError)):
        patched.setattr(task.os, "replace", replace)
        encode(archive, out)
        raise AssertionError("nobody was killed")
    encode(archive, out)
    assert_equal(archive, out, tmp_path / "league.duckdb")


def test_the_real_boards_are_those_of_make_history(tmp_path, archive):
    source = shared("race-data")
    encode(source, tmp_path / "out")
    assert_equal(source, tmp_path / "out", archive.built)
