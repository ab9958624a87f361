"""A folder given as SOURCE: nothing outside it is read, nothing hangs, what changed is seen."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.history import load as history_load
from ingest.history.check import check
from ingest.history.load import load
from tests.helpers.invented_archive import (
    BOARD,
    OTHER_BOARD,
    content,
    moment,
    snapshot,
    write_folder,
)
from tests.helpers.users import run_as_owner

FILES = {f"{BOARD}/{moment(hour)}.csv": snapshot(f"1,Ann,{hour},100,a") for hour in range(3)}
ODD = f"{moment(9)}.csv"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "archive", FILES)


def board_folder(archive: Path) -> Path:
    return archive / "raw_data/leaderboards" / BOARD


def outcomes(database: Path) -> dict[str, tuple[str, str | None]]:
    return {row[1]: (row[2], row[5]) for row in content(database)["file"]}


def pipe(path: Path) -> str:
    os.mkfifo(path)
    return "found a named pipe"


def folder(path: Path) -> str:
    path.mkdir()
    return "found a folder"


def loop(path: Path) -> str:
    path.symlink_to(path)
    return "found Too many levels of symbolic links"


def link_to_nowhere(path: Path) -> str:
    path.symlink_to(path.with_name("nothing"))
    return "a link that leads nowhere"


def link_outside(path: Path) -> str:
    private = path.parents[4] / "private.csv"
    private.write_bytes(snapshot("1,Secret,1,1,hunter2"))
    path.symlink_to(private)
    return "Expected a file inside SOURCE, found a link that leads out of it."


def huge(path: Path) -> str:
    with open(path, "wb") as file:
        file.truncate(5_000_000_000)
    return "Expected at most 64,000,000 bytes, found 5,000,000,000"


@pytest.mark.parametrize("odd", [pipe, folder, loop, link_to_nowhere, link_outside, huge])
def test_what_is_no_file_of_the_archive_is_quarantined_and_the_others_are_loaded(
    tmp_path, archive, odd
):
    reason = odd(board_folder(archive) / ODD)
    database = tmp_path / "h.duckdb"
    assert load(database, archive).outcomes == {"loaded": 3, "quarantined": 1}
    assert outcomes(database)[ODD][0] == "quarantined"
    assert reason in outcomes(database)[ODD][1]
    assert "hunter2" not in str(content(database))
    # It is known from now on, until it is mended.
    assert load(database, archive).outcomes == {}
    check(database, archive)
    mended = board_folder(archive) / ODD
    mended.rmdir() if odd is folder else mended.unlink()
    write_folder(archive, {f"{BOARD}/{ODD}": snapshot("1,Ann,9,100,a")})
    assert load(database, archive).outcomes == {"loaded": 1}
    assert check(database, archive).differences == []


def test_a_link_inside_the_archive_is_a_file_like_others(tmp_path, archive):
    (board_folder(archive) / ODD).symlink_to(f"{moment(1)}.csv")
    assert load(tmp_path / "h.duckdb", archive).outcomes == {"loaded": 4}
    assert load(tmp_path / "h.duckdb", archive).outcomes == {}


def test_a_board_that_lies_elsewhere_is_refused(tmp_path, archive):
    other = write_folder(tmp_path / "other", {f"{OTHER_BOARD}/{ODD}": b"\n"})
    link = archive / "raw_data/leaderboards" / OTHER_BOARD
    link.symlink_to(other / "raw_data/leaderboards" / OTHER_BOARD)
    with pytest.raises(IngestError, match=r"a link that leads out of it: .*22222222"):
        load(tmp_path / "h.duckdb", archive)


@pytest.mark.parametrize("folder", ["raw_data", "raw_data/leaderboards"])
def test_a_folder_of_boards_that_is_a_link_out_of_the_source_is_refused(
    tmp_path, archive, folder
):
    source = tmp_path / "source"
    (source / folder).parent.mkdir(parents=True)
    (source / folder).symlink_to(archive / folder)
    with pytest.raises(IngestError, match="found a link that leads out of it"):
        load(tmp_path / "h.duckdb", source)
    (tmp_path / "link").symlink_to(archive)
    assert load(tmp_path / "h.duckdb", tmp_path / "link").outcomes == {"loaded": 3}


def test_a_board_that_is_a_circle_of_links_is_left_out(tmp_path, archive):
    link = archive / "raw_data/leaderboards" / OTHER_BOARD
    link.symlink_to(link)
    assert load(tmp_path / "h.duckdb", archive).outcomes == {"loaded": 3}


def test_files_and_folders_without_the_right_to_read_end_in_sentences(tmp_path, archive):
    locked = board_folder(archive) / f"{moment(1)}.csv"
    locked.chmod(0)
    database = tmp_path / "h.duckdb"
    done = run_as_owner("ingest.history", str(database), str(archive))
    assert done.returncode == 0, done.stderr
    assert "2 loaded, 1 quarantined" in done.stdout
    reason = outcomes(database)[locked.name][1]
    assert reason == "Expected a file that can be read, found Permission denied."
    board_folder(archive).chmod(0)
    try:
        done = run_as_owner("ingest.history", str(database), str(archive))
    finally:
        board_folder(archive).chmod(0o755)
    assert done.returncode == 1
    assert "Expected to list the folder" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_change_of_the_same_size_is_noticed(tmp_path, archive):
    database = tmp_path / "h.duckdb"
    load(database, archive)
    changed = FILES | {f"{BOARD}/{moment(1)}.csv": snapshot("1,Eve,1,100,a")}
    assert {len(body) for body in changed.values()} == {len(b) for b in FILES.values()}
    write_folder(archive, {name: body for name, body in changed.items() if "T01" in name})
    assert load(database, archive).outcomes == {"loaded": 1}
    load(tmp_path / "fresh.duckdb", archive)
    assert content(database) == content(tmp_path / "fresh.duckdb")


def test_a_copy_with_other_times_is_read_again_and_nothing_is_new(
    tmp_path, archive, monkeypatch
):
    database = tmp_path / "h.duckdb"
    load(database, archive)
    before = content(database)
    copy = tmp_path / "copy"
    shutil.copytree(archive, copy, copy_function=shutil.copyfile)
    assert load(database, copy).outcomes == {}
    assert content(database) == before
    # Files of the same size and time are not read.
    monkeypatch.setattr(history_load, "read_body", None)
    assert load(database, archive).outcomes == {}


def test_a_name_that_is_no_utf8_is_readable_and_quarantined(tmp_path, archive):
    with open(os.fsencode(board_folder(archive)) + b"/\xff.csv", "wb") as file:
        file.write(b"x\n")
    assert load(tmp_path / "h.duckdb", archive).outcomes == {"loaded": 3, "quarantined": 1}
    assert load(tmp_path / "h.duckdb", archive).known == 4
