"""A folder given as SOURCE: nothing outside it is read, nothing hangs, what changed is seen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.history import load as history_load
from ingest.history.check import check
from ingest.history.load import load
from ingest.history.source import read_files
from tests.helpers.invented_archive import (
    BOARD,
    OTHER_BOARD,
    content,
    moment,
    snapshot,
    write_folder,
)
from tests.helpers.pipeline import LOAD_HISTORY, ROOT

FILES = {f"{BOARD}/{moment(hour)}.csv": snapshot(f"1,Ann,{hour},100,a") for hour in range(3)}
ODD = f"{moment(9)}.csv"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "archive", FILES)


@pytest.fixture
def board(archive: Path) -> Path:
    return archive / "raw_data/leaderboards" / BOARD


def messages(database: Path) -> dict[str, str]:
    return {row[1]: row[5] for row in content(database)["file"] if row[2] == "quarantined"}


def link_outside(path: Path) -> None:
    private = path.parents[4] / "private.csv"
    private.write_bytes(snapshot("1,Secret,1,1,hunter2"))
    path.symlink_to(private)


def huge(path: Path) -> None:
    with open(path, "wb") as file:
        file.truncate(5_000_000_000)


no_file = pytest.mark.parametrize(
    ("make", "found"),
    [
        (os.mkfifo, "found a named pipe"),
        (Path.mkdir, "found a folder"),
        (lambda path: path.symlink_to(path), "found Too many levels of symbolic links"),
        (lambda path: path.symlink_to("nothing"), "found No such file or directory"),
        (link_outside, "Expected a file inside SOURCE, found a link that leads out of it."),
        (huge, "Expected at most 64,000,000 bytes, found 5,000,000,000"),
    ],
)


@no_file
def test_what_is_no_file_of_the_archive_is_quarantined_and_the_others_are_loaded(
    database, archive, board, make, found
):
    odd = board / ODD
    make(odd)
    assert load(database, archive).outcomes == {"loaded": 3, "quarantined": 1}
    assert found in messages(database)[ODD]
    assert "hunter2" not in str(content(database))
    # It is known from now on, until it is mended.
    assert load(database, archive).outcomes == {}
    assert check(database, archive).differences == []
    odd.rmdir() if odd.is_dir() else odd.unlink()
    odd.write_bytes(snapshot("1,Ann,9,100,a"))
    assert load(database, archive).outcomes == {"loaded": 1}
    assert check(database, archive).differences == []


@no_file
def test_what_takes_the_place_of_a_file_once_it_is_listed_is_not_read(
    database, archive, board, monkeypatch, make, found
):
    replaced = board / f"{moment(1)}.csv"

    def replace_and_read(*listed):
        replaced.unlink()
        make(replaced)
        return read_files(*listed)

    monkeypatch.setattr(history_load, "read_files", replace_and_read)
    assert load(database, archive).outcomes == {"loaded": 2, "quarantined": 1}
    assert found in messages(database)[replaced.name]
    assert "hunter2" not in str(content(database))


def test_a_file_that_is_gone_once_it_is_listed_ends_the_load_in_a_sentence(
    database, archive, board, monkeypatch
):
    gone = board / f"{moment(1)}.csv"

    def remove_and_read(*listed):
        gone.unlink()
        return read_files(*listed)

    monkeypatch.setattr(history_load, "read_files", remove_and_read)
    with pytest.raises(IngestError, match=rf"{gone.name} in .* found it gone.*Run again\."):
        load(database, archive)
    monkeypatch.undo()
    assert load(database, archive).outcomes == {"loaded": 2}


def test_a_link_inside_the_archive_is_a_file_like_others(database, archive, board):
    (board / ODD).symlink_to(f"{moment(1)}.csv")
    (board.parent / "aaaaaaaa").symlink_to(board)
    assert load(database, archive).outcomes == {"loaded": 8}
    assert load(database, archive).outcomes == {}


def test_a_board_that_lies_elsewhere_is_refused(tmp_path, database, archive, board):
    other = write_folder(tmp_path / "other", {f"{OTHER_BOARD}/{ODD}": b"\n"})
    link = archive / "raw_data/leaderboards" / OTHER_BOARD
    link.symlink_to(other / "raw_data/leaderboards" / OTHER_BOARD)
    with pytest.raises(IngestError, match=r"a link that leads out of it: .*22222222"):
        load(database, archive)


@pytest.mark.parametrize("folder", ["raw_data", "raw_data/leaderboards"])
def test_a_folder_of_boards_that_is_a_link_out_of_the_source_is_refused(
    tmp_path, database, archive, folder
):
    source = tmp_path / "source"
    (source / folder).parent.mkdir(parents=True)
    (source / folder).symlink_to(archive / folder)
    with pytest.raises(IngestError, match="found a link that leads out of it"):
        load(database, source)
    (tmp_path / "link").symlink_to(archive)
    assert load(database, tmp_path / "link").outcomes == {"loaded": 3}


def test_a_board_that_is_a_circle_of_links_is_left_out(database, archive):
    link = archive / "raw_data/leaderboards" / OTHER_BOARD
    link.symlink_to(link)
    assert load(database, archive).outcomes == {"loaded": 3}


def test_files_and_folders_without_the_right_to_read_end_in_sentences(
    database, archive, board
):
    command = [sys.executable, "-c", LOAD_HISTORY, str(database), str(archive)]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root without the program setpriv may read anything")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    locked = board / f"{moment(1)}.csv"
    locked.chmod(0)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert "2 loaded, 1 quarantined" in done.stdout, done.stderr
    reason = "Expected a file that can be read, found Permission denied."
    assert messages(database) == {locked.name: reason}
    board.chmod(0)
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    finally:
        board.chmod(0o755)
    assert done.returncode == 1
    assert "Expected to list the folder" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_change_of_the_same_size_is_noticed(tmp_path, database, archive, board):
    load(database, archive)
    changed = board / f"{moment(1)}.csv"
    size = changed.stat().st_size
    changed.write_bytes(snapshot("1,Eve,1,100,a"))
    assert changed.stat().st_size == size
    assert load(database, archive).outcomes == {"loaded": 1}
    load(tmp_path / "fresh.duckdb", archive)
    assert content(database) == content(tmp_path / "fresh.duckdb")


def test_a_copy_with_other_times_is_read_again_and_nothing_is_new(
    tmp_path, database, archive, monkeypatch
):
    load(database, archive)
    before = content(database)
    copy = tmp_path / "copy"
    shutil.copytree(archive, copy, copy_function=shutil.copyfile)
    assert load(database, copy).outcomes == {}
    assert content(database) == before
    # Files of the same size and time are not read.
    monkeypatch.setattr(history_load, "add_git_blob", None)
    assert load(database, archive).outcomes == {}


def test_a_name_that_is_no_utf8_is_readable_and_quarantined(database, archive, board):
    with open(os.fsencode(board) + b"/\xff.csv", "wb") as file:
        file.write(b"x\n")
    assert load(database, archive).outcomes == {"loaded": 3, "quarantined": 1}
    assert r"\xff.csv" in messages(database)
    assert load(database, archive).known == 4


def test_a_board_with_a_name_that_is_no_utf8_is_quarantined_for_its_name(
    database, archive, board
):
    odd = Path(os.fsdecode(os.fsencode(board) + b"\xff"))
    odd.mkdir()
    (odd / ODD).write_bytes(snapshot("1,Ann,9,100,a"))
    assert load(database, archive).outcomes == {"loaded": 3, "quarantined": 1}
    reason = rf"Expected a folder with a name in UTF-8, found {BOARD}\xff."
    assert messages(database) == {ODD: reason}
    assert load(database, archive).known == 4
    assert check(database, archive).differences == []
