"""The check finds what is wrong and says where."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingest.file import git_blob
from ingest.history.check import check, print_check
from ingest.history.load import load
from tests.helpers.invented_archive import BOARD, moment, snapshot, write_folder

FILES = {
    f"{BOARD}/{moment(hour)}.csv": snapshot(
        *(f"{rank},Racer {rank},{hour},{60 + rank},u{rank}" for rank in range(1, 4 + hour))
    )
    for hour in range(4)
}


@pytest.fixture
def archive(tmp_path: Path, database: Path) -> Path:
    """Loaded already."""
    archive = write_folder(tmp_path / "archive", FILES)
    load(database, archive)
    return archive


def change(database: Path, sql: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(sql)


def test_an_intact_history_passes(database, archive, capsys):
    assert print_check(database, archive)
    assert "4 snapshots rebuilt, 18 rows" in capsys.readouterr().out


@pytest.mark.parametrize(
    "damage",
    [
        "update history.row_version set alias = 'X' where user_id = 'u1' and valid_from = 2",
        "delete from history.row_version where user_id = 'u6'",
        "update history.row_version set valid_to = 4 where user_id = 'u2' and valid_to = 2",
        "update history.row_version set position = -position",
        "insert into history.rank_run values ('" + BOARD + "', 3, 2, 7, null)",
        "delete from history.snapshot where snapshot_no = 2",
        "update history.snapshot set final_newline = false where snapshot_no = 1",
    ],
)
def test_damage_is_found(database, archive, damage: str):
    change(database, damage)
    assert check(database).differences


def test_a_difference_names_the_file(database, archive, capsys):
    change(database, "update history.row_version set alias = 'X' where alias = 'Racer 6'")
    assert not print_check(database, archive)
    found = capsys.readouterr().err
    assert f"{BOARD}/{moment(3)}.csv: expected git blob" in found
    assert "rebuilt (148 bytes, 6 rows)" in found


def test_files_missing_on_either_side_are_named(database, archive):
    folder = archive / "raw_data/leaderboards" / BOARD
    (folder / f"{moment(1)}.csv").unlink()
    (folder / f"{moment(9)}.csv").write_bytes(b"\n")
    assert check(database, archive).differences == [
        f"{BOARD}/{moment(1)}.csv: is in the database and not in this source",
        f"{BOARD}/{moment(9)}.csv: is in the source and not in the database; load it",
    ]


def test_contents_that_differ_are_named_on_both_sides(database, archive):
    folder = archive / "raw_data/leaderboards" / BOARD
    changed, broken, mended = (folder / f"{moment(hour)}.csv" for hour in (1, 2, 9))
    mended.mkdir()
    load(database, archive)
    before = git_blob(changed.read_bytes())
    mended.rmdir()
    for path in (changed, mended):
        path.write_bytes(b"\n")
    broken.unlink()
    broken.mkdir()
    empty = git_blob(b"\n")
    expected = f"expected git blob {empty} in the source, found"
    assert check(database, archive).differences == [
        f"{BOARD}/{changed.name}: {expected} {before} in the database; load it",
        f"{BOARD}/{broken.name}: was loaded, and cannot be now. Expected a file, found a folder.",
        f"{BOARD}/{mended.name}: {expected} none in the database; load it",
    ]


def test_a_file_in_quarantine_with_a_git_blob_of_an_earlier_release_is_no_difference(
    database, archive
):
    (archive / "raw_data/leaderboards" / BOARD / "notes.csv").write_bytes(b"to,do\n")
    load(database, archive)
    blob = git_blob(b"to,do\n")
    change(database, f"update history.file set git_blob = '{blob}' where message <> ''")
    assert check(database, archive).differences == []
