"""Loading: one transaction per board, in any order, in pieces, killed at any moment."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.history import insert
from ingest.history import load as history_load
from ingest.history.check import check
from ingest.history.load import load
from ingest.history.source import open_source
from league.errors import Stopped
from tests.helpers.invented_archive import (
    BOARD,
    HEADER,
    LATE_HEADER,
    OTHER_BOARD,
    content,
    moment,
    snapshot,
    write_bare_clone,
    write_folder,
)
from tests.helpers.pipeline import LOAD_HISTORY, ROOT, shared


def season(hours: int = 30, seed: int = 7) -> dict[str, bytes]:
    """Two boards of made-up racers who join, improve, rename, vanish, return and tie; and
    files that are empty, broken, named wrongly, quoted, or lie outside a board's folder."""
    chance = random.Random(seed)
    files: dict[str, bytes] = {}
    for board, header in ((BOARD, HEADER), (OTHER_BOARD, LATE_HEADER)):
        racers: dict[int, dict[str, str]] = {}
        for hour in range(hours):
            for _ in range(chance.randint(0, 3)):
                number = chance.randint(0, 20)
                if chance.random() < 0.2:
                    racers.pop(number, None)
                else:
                    alias = chance.choice([f"Racer {number}", "NULL", 'The "One", really', ""])
                    racers[number] = {
                        "Alias": '"The ""One"", really"' if "," in alias else alias,
                        "SubmissionTime": str(1_900_000_000_000 + hour),
                        "SubmissionCount": str(hour),
                        "LeaderboardSubmissionStatusType": "SUCCESS",
                        "RankingScore": str(chance.randint(60, 70)),
                        "UserId": f"user-{number}",
                    }
            order = sorted(racers.values(), key=lambda row: row["RankingScore"])
            names = header.split(",")
            lines = [
                ",".join({**row, "Rank": str(rank)}[name] for name in names)
                for rank, row in enumerate(order, 1)
            ]
            files[f"{board}/{moment(hour)}.csv"] = snapshot(*lines, header=header)
    files[f"{BOARD}/{moment(3)}.csv"] = b"\n"
    files[f"{BOARD}/{moment(4)}.csv"] = b"<html>502 Bad Gateway</html>\n"
    files[f"{BOARD}/{moment(6)}.csv"] = files[f"{BOARD}/{moment(5)}.csv"]
    files[f"{BOARD}/{moment(8)}.csv"] = snapshot(
        "1,Ann,1,1,3.5", "1,Bea,2,2,", header="Rank,Alias,LapCount,Shoe,Hat's size"
    )
    # What the cells alone do not give back.
    files[f"{BOARD}/{moment(9)}.csv"] = snapshot('1,"needless",5,100,a')
    files[f"{BOARD}/notes.csv"] = b"to,do\n"
    files[f"{BOARD}/2031-02-30T00:00:00Z.csv"] = snapshot("1,Ann,5,100,a")
    files[f"{BOARD.rpartition('/')[0]}/{moment(9)}.csv"] = snapshot("1,Ann,5,100,a")
    return files


NOT_HISTORY = {
    f"{BOARD}/FINAL.csv": snapshot("1,Ann,5,100,a"),
    "leaderboards.csv": b"Arn,Name\n",
    "README.md": b"hello\n",
    "assets/a/x.csv": b"not a board\n",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[tuple]]]:
    root = tmp_path_factory.mktemp("whole")
    archive = write_folder(root / "archive", season() | NOT_HISTORY)
    load(root / "h.duckdb", archive)
    return archive, content(root / "h.duckdb")


def test_every_file_leaves_one_outcome_row(whole):
    _, rows = whole
    outcomes = {
        f"{board}/{name}": (outcome, message)
        for board, name, outcome, _, _, message in rows["file"]
    }
    assert set(outcomes) == set(season())
    assert outcomes[f"{BOARD}/{moment(3)}.csv"] == ("empty", None)
    assert outcomes[f"{BOARD}/{moment(6)}.csv"] == ("unchanged", None)
    assert outcomes[f"{BOARD}/{moment(5)}.csv"][0] == "loaded"
    assert outcomes[f"{BOARD}/{moment(4)}.csv"][0] == "quarantined"
    assert "Expected a file name like" in outcomes[f"{BOARD}/notes.csv"][1]
    assert outcomes[f"{BOARD}/2031-02-30T00:00:00Z.csv"][0] == "quarantined"
    assert outcomes[f"{BOARD.rpartition('/')[0]}/{moment(9)}.csv"][0] == "loaded"


@pytest.mark.parametrize("as_clone", [False, True])
def test_what_was_loaded_is_rebuilt_exactly_and_a_second_run_changes_nothing(
    tmp_path, database, whole, as_clone
):
    archive, rows = whole
    source = archive
    if as_clone:
        source = write_bare_clone(tmp_path / "clone", season() | NOT_HISTORY)
        assert open_source(source).commit
    load(database, source)
    report = check(database, source)
    assert report.differences == []
    assert report.snapshots == len(season()) - 3  # of them three are in quarantine
    for again in (source, archive):
        assert load(database, again) == ({}, len(season()))
    assert content(database) == rows


@pytest.mark.parametrize("seed", range(2))
def test_files_in_random_pieces_and_order_give_the_same_content(
    tmp_path, database, whole, seed
):
    _, rows = whole
    files = list(season().items())
    random.Random(seed).shuffle(files)
    for number in range(4):
        load(database, write_folder(tmp_path / f"piece{number}", dict(files[number::4])))
    assert content(database) == rows


def test_a_file_that_changed_is_loaded_again(tmp_path, database):
    first = {f"{BOARD}/{moment(h)}.csv": snapshot(f"1,Ann,{h},100,a") for h in range(3)}
    archive = write_folder(tmp_path / "archive", first)
    load(database, archive)
    write_folder(archive, {f"{BOARD}/{moment(1)}.csv": snapshot("1,Bea,1,90,b", "2,An,1,1,a")})
    assert check(database, archive).differences
    assert load(database, archive).outcomes == {"loaded": 1}
    in_a_new_folder = tmp_path / "data/build/fresh.duckdb"
    load(in_a_new_folder, archive)
    assert content(database) == content(in_a_new_folder)


def test_an_interrupted_board_leaves_neither_outcomes_nor_rows(database, whole, monkeypatch):
    archive, rows = whole
    real = insert.insert_row_versions

    def interrupt(connection, arn, *rest):
        if arn == OTHER_BOARD:
            raise Stopped(signal.SIGINT)
        real(connection, arn, *rest)

    monkeypatch.setattr(insert, "insert_row_versions", interrupt)
    with pytest.raises(Stopped):
        load(database, archive)
    for table in ("file", "row_version", "snapshot"):
        assert OTHER_BOARD not in {row[0] for row in content(database)[table]}
    monkeypatch.setattr(insert, "insert_row_versions", real)
    load(database, archive)
    assert content(database) == rows


# Processes share the work, and a board that is inserted says so.
IN_PROCESSES = f"""
import time
from ingest.history import load
real = load.insert_board
def slow(*board):
    real(*board)
    print("inserted", flush=True)
    time.sleep(1)
load.SMALL, load.insert_board = 0, slow
{LOAD_HISTORY}
"""
SIGNALS = {signal.SIGKILL: -9, signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.mark.parametrize("number", SIGNALS)
def test_stopped_processes_lose_nothing_committed_and_the_next_run_completes(
    tmp_path, database, number
):
    files = {
        path.replace(BOARD, f"{BOARD}{copy}"): body
        for copy in range(6)
        for path, body in season(10, seed=copy).items()
        if BOARD in path
    }
    archive = write_folder(tmp_path / "archive", files)
    load(tmp_path / "whole.duckdb", archive)
    process = subprocess.Popen(
        [sys.executable, "-c", IN_PROCESSES, str(database), str(archive)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    process.stdout.readline()
    time.sleep(0.07)
    # A kill is for the command alone; Ctrl-C goes to all that it started.
    (os.kill if number == signal.SIGKILL else os.killpg)(process.pid, number)
    # Its processes have the output, too: one that outlived it would keep this waiting.
    _, printed = process.communicate(timeout=60)
    assert process.returncode == SIGNALS[number]
    assert number == signal.SIGKILL or len(printed.splitlines()) == 1
    assert content(database)["file"]
    assert check(database).differences == []
    load(database, archive)
    assert content(database) == content(tmp_path / "whole.duckdb")


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, "killed"])
def test_processes_are_gone_when_the_work_is_left(tmp_path, database, monkeypatch, error):
    """And one that is killed from outside ends it in a sentence."""
    monkeypatch.setattr(history_load, "SMALL", 0)

    def fail(*_: object) -> None:
        if error != "killed":
            raise error
        for process in multiprocessing.active_children():
            process.kill()

    monkeypatch.setattr(history_load, "insert_board", fail)
    files = {f"{BOARD}{n}/{moment(0)}.csv": snapshot("1,Ann,1,1,a") for n in range(9)}
    archive = write_folder(tmp_path / "archive", files)
    with pytest.raises(IngestError if error == "killed" else error):
        load(database, archive)
    assert not multiprocessing.active_children()


def test_a_source_that_is_no_archive_is_refused_in_a_sentence(tmp_path, database):
    with pytest.raises(IngestError, match="Expected an archive in"):
        load(database, tmp_path)
    (tmp_path / ".git/objects").mkdir(parents=True)
    with pytest.raises(IngestError, match="Expected a git clone with commits"):
        load(database, tmp_path)


def test_the_real_boards_are_rebuilt_byte_for_byte(database):
    real = shared("race-data")
    summary = load(database, real)
    assert "quarantined" not in summary.outcomes
    report = check(database, real)
    assert report.differences == []
    assert report.rows > 600_000
    assert database.stat().st_size < 4_000_000
