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
from league.cli import load_history
from league.stop import Stopped
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
from tests.helpers.pipeline import ROOT, call, shared


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


def test_what_was_loaded_is_rebuilt_exactly_and_a_second_run_changes_nothing(tmp_path, whole):
    archive, rows = whole
    load(tmp_path / "h.duckdb", archive)
    report = check(tmp_path / "h.duckdb", archive)
    assert report.differences == []
    assert report.snapshots == len(season()) - 3  # of them three are in quarantine
    summary = load(tmp_path / "h.duckdb", archive)
    assert (summary.outcomes, summary.known) == ({}, len(season()))
    assert content(tmp_path / "h.duckdb") == rows


@pytest.mark.parametrize("seed", range(2))
def test_files_in_random_pieces_and_order_give_the_same_content(tmp_path, whole, seed):
    _, rows = whole
    files = list(season().items())
    chance = random.Random(seed)
    chance.shuffle(files)
    cuts = sorted(chance.sample(range(1, len(files)), 3))
    for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(files)], strict=True)):
        piece = write_folder(tmp_path / f"piece{number}", dict(files[start:end]))
        load(tmp_path / "h.duckdb", piece)
    assert content(tmp_path / "h.duckdb") == rows


def test_a_git_clone_gives_the_same_content_as_a_folder(tmp_path, whole):
    archive, rows = whole
    clone = write_bare_clone(tmp_path / "clone", season() | NOT_HISTORY)
    assert open_source(clone).commit
    load(tmp_path / "h.duckdb", clone)
    assert content(tmp_path / "h.duckdb") == rows
    assert check(tmp_path / "h.duckdb", clone).differences == []
    assert load(tmp_path / "h.duckdb", archive).outcomes == {}


def test_a_file_that_changed_is_loaded_again(tmp_path):
    first = {f"{BOARD}/{moment(h)}.csv": snapshot(f"1,Ann,{h},100,a") for h in range(3)}
    archive = write_folder(tmp_path / "archive", first)
    load(tmp_path / "h.duckdb", archive)
    write_folder(archive, {f"{BOARD}/{moment(1)}.csv": snapshot("1,Bea,1,90,b", "2,An,1,1,a")})
    assert check(tmp_path / "h.duckdb", archive).differences
    assert load(tmp_path / "h.duckdb", archive).outcomes == {"loaded": 1}
    in_a_new_folder = tmp_path / "data/build/fresh.duckdb"
    load(in_a_new_folder, archive)
    assert content(tmp_path / "h.duckdb") == content(in_a_new_folder)


def test_an_interrupted_board_leaves_neither_outcomes_nor_rows(tmp_path, whole, monkeypatch):
    archive, rows = whole
    real = insert.insert_row_versions

    def interrupt(connection, arn, *rest):
        if arn == OTHER_BOARD:
            raise Stopped(signal.SIGINT)
        real(connection, arn, *rest)

    monkeypatch.setattr(insert, "insert_row_versions", interrupt)
    assert call(load_history, str(tmp_path / "h.duckdb"), str(archive)) == 130
    for table in ("file", "row_version", "snapshot"):
        assert OTHER_BOARD not in {row[0] for row in content(tmp_path / "h.duckdb")[table]}
    monkeypatch.setattr(insert, "insert_row_versions", real)
    assert call(load_history, str(tmp_path / "h.duckdb"), str(archive)) == 0
    assert content(tmp_path / "h.duckdb") == rows


# Processes share the work, and a board that is inserted says so.
IN_PROCESSES = """
import sys, time
from ingest.history import load
from league.cli import load_history
load.SMALL = 0
if __name__ == "__main__":
    real = load.insert_board
    def slow(*board):
        real(*board)
        print("inserted", flush=True)
        time.sleep(0.05)
    load.insert_board = slow
    load_history()
"""
SIGNALS = {signal.SIGKILL: -9, signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.mark.parametrize("number", SIGNALS)
def test_stopped_processes_lose_nothing_committed_and_the_next_run_completes(tmp_path, number):
    files = {
        path.replace(BOARD, f"{BOARD}{copy}"): body
        for copy in range(6)
        for path, body in season(10, seed=copy).items()
        if BOARD in path
    }
    archive = write_folder(tmp_path / "archive", files)
    load(tmp_path / "whole.duckdb", archive)
    (tmp_path / "in_processes.py").write_text(IN_PROCESSES)
    database = tmp_path / "h.duckdb"
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "in_processes.py"), str(database), str(archive)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
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
def test_processes_are_gone_when_the_work_is_left(tmp_path, whole, monkeypatch, error):
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
        load(tmp_path / "h.duckdb", archive)
    assert not multiprocessing.active_children()


def test_a_source_that_is_no_archive_is_refused_in_a_sentence(tmp_path, whole):
    with pytest.raises(IngestError, match="Expected an archive in"):
        load(tmp_path / "h.duckdb", tmp_path)
    assert call(load_history, str(tmp_path / "h.duckdb"), str(tmp_path)) == 1
    (tmp_path / ".git/objects").mkdir(parents=True)
    with pytest.raises(IngestError, match="Expected a git clone with commits"):
        load(tmp_path / "h.duckdb", tmp_path)
    with pytest.raises(IngestError, match="another name"):
        load(tmp_path / "history.duckdb", whole[0])
    assert not (tmp_path / "history.duckdb").exists()


def test_the_real_boards_are_rebuilt_byte_for_byte(tmp_path):
    real = shared("race-data")
    summary = load(tmp_path / "h.duckdb", real)
    assert "quarantined" not in summary.outcomes
    report = check(tmp_path / "h.duckdb", real)
    assert report.differences == []
    assert report.rows > 600_000
    assert (tmp_path / "h.duckdb").stat().st_size < 4_000_000
