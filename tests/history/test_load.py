"""Loading: one transaction per board, in any order, in pieces, killed at any moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ingest.errors import IngestError
from ingest.history import staging, workers
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
from tests.helpers.pipeline import call, shared


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
        (board, name): (outcome, message)
        for board, name, outcome, _, _, message in rows["file"]
    }
    assert {f"{board}/{name}" for board, name in outcomes} == set(season())
    assert outcomes[BOARD, f"{moment(3)}.csv"] == ("empty", None)
    assert outcomes[BOARD, f"{moment(6)}.csv"] == ("unchanged", None)
    assert outcomes[BOARD, f"{moment(5)}.csv"][0] == "loaded"
    assert outcomes[BOARD, f"{moment(4)}.csv"][0] == "quarantined"
    assert "Expected a file name like" in outcomes[BOARD, "notes.csv"][1]
    assert outcomes[BOARD, "2031-02-30T00:00:00Z.csv"][0] == "quarantined"
    assert outcomes[BOARD.rpartition("/")[0], f"{moment(9)}.csv"][0] == "loaded"


def test_what_was_loaded_is_rebuilt_exactly(tmp_path: Path, whole):
    archive, _ = whole
    load(tmp_path / "h.duckdb", archive)
    report = check(tmp_path / "h.duckdb", archive)
    assert report.differences == []
    assert report.snapshots == len(season()) - 3  # of them three are in quarantine


def test_a_second_run_changes_nothing(tmp_path: Path, whole):
    archive, rows = whole
    load(tmp_path / "h.duckdb", archive)
    summary = load(tmp_path / "h.duckdb", archive)
    assert (summary.outcomes, summary.known) == ({}, len(season()))
    assert content(tmp_path / "h.duckdb") == rows


@pytest.mark.parametrize("seed", range(4))
def test_files_in_random_pieces_and_order_give_the_same_content(tmp_path: Path, whole, seed):
    _, rows = whole
    files = list(season().items())
    chance = random.Random(seed)
    chance.shuffle(files)
    cuts = sorted(chance.sample(range(len(files)), 4))
    for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(files)], strict=True)):
        piece = write_folder(tmp_path / f"piece{number}", dict(files[start:end]))
        if start < end:
            load(tmp_path / "h.duckdb", piece)
    assert content(tmp_path / "h.duckdb") == rows


def test_a_git_clone_gives_the_same_content_as_a_folder(tmp_path: Path, whole):
    archive, rows = whole
    clone = write_bare_clone(tmp_path / "clone", season() | NOT_HISTORY)
    assert open_source(clone).commit
    load(tmp_path / "h.duckdb", clone)
    assert content(tmp_path / "h.duckdb") == rows
    assert check(tmp_path / "h.duckdb", clone).differences == []
    assert load(tmp_path / "h.duckdb", archive).outcomes == {}


def test_worker_processes_give_the_same_content(tmp_path: Path, whole, monkeypatch):
    archive, rows = whole
    monkeypatch.setattr(workers, "SMALL", 0)
    load(tmp_path / "h.duckdb", archive)
    assert content(tmp_path / "h.duckdb") == rows
    assert not list(tmp_path.glob("*.staging"))


def test_a_file_that_changed_is_loaded_again(tmp_path: Path):
    first = {f"{BOARD}/{moment(h)}.csv": snapshot(f"1,Ann,{h},100,a") for h in range(3)}
    archive = write_folder(tmp_path / "archive", first)
    load(tmp_path / "h.duckdb", archive)
    second = first | {f"{BOARD}/{moment(1)}.csv": snapshot("1,Bea,1,90,b", "2,Ann,1,100,a")}
    write_folder(archive, second)
    assert check(tmp_path / "h.duckdb", archive).differences
    assert load(tmp_path / "h.duckdb", archive).outcomes == {"loaded": 1}
    in_a_new_folder = tmp_path / "data/build/fresh.duckdb"
    load(in_a_new_folder, archive)
    assert content(tmp_path / "h.duckdb") == content(in_a_new_folder)


def test_an_interrupted_board_leaves_neither_outcomes_nor_rows(
    tmp_path: Path, whole, monkeypatch
):
    archive, rows = whole
    real = staging.insert_row_versions

    def interrupt(connection, staged, *rest):
        if staged.board == OTHER_BOARD:
            raise Stopped(signal.SIGINT)
        real(connection, staged, *rest)

    monkeypatch.setattr(staging, "insert_row_versions", interrupt)
    assert call(load_history, str(tmp_path / "h.duckdb"), str(archive)) == 130
    for table in ("file", "row_version", "snapshot"):
        assert OTHER_BOARD not in {row[0] for row in content(tmp_path / "h.duckdb")[table]}
    monkeypatch.setattr(staging, "insert_row_versions", real)
    assert call(load_history, str(tmp_path / "h.duckdb"), str(archive)) == 0
    assert content(tmp_path / "h.duckdb") == rows


KILLED_LOAD = """
import sys, time
from pathlib import Path
from ingest.history import load as history_load, workers
workers.SMALL = 0
if __name__ == "__main__":
    real = history_load.insert_board
    def slow(connection, board):
        print("inserting", flush=True)
        real(connection, board)
        time.sleep(0.05)
    history_load.insert_board = slow
    history_load.load(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_killed_loads_lose_nothing_committed_and_the_next_run_completes(tmp_path: Path):
    files = {
        path.replace(BOARD, f"{BOARD}{copy}"): body
        for copy in range(8)
        for path, body in season(10, seed=copy).items()
        if BOARD in path
    }
    archive = write_folder(tmp_path / "archive", files)
    load(tmp_path / "whole.duckdb", archive)
    expected = content(tmp_path / "whole.duckdb")
    (tmp_path / "killed_load.py").write_text(KILLED_LOAD)
    database = tmp_path / "h.duckdb"
    seen = 0
    for wait in (0.0, 0.01, 0.03, 0.06, 0.12):
        process = subprocess.Popen(
            [sys.executable, str(tmp_path / "killed_load.py"), str(database), str(archive)],
            env={**os.environ, "PYTHONPATH": str(Path(staging.__file__).parents[2])},
            stdout=subprocess.PIPE,
        )
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        # Its processes have the output, too: one that outlived it would keep this waiting.
        process.communicate(timeout=60)
        if database.exists():
            with duckdb.connect(str(database)) as connection:
                loaded = connection.execute(
                    "select count(*) from history.file where outcome <> 'quarantined'"
                ).fetchone()[0]
            assert loaded >= seen
            seen = loaded
            assert check(database).differences == []
    load(database, archive)
    assert content(database) == expected


def test_a_source_that_is_no_archive_is_refused_in_a_sentence(tmp_path: Path, capsys):
    with pytest.raises(IngestError, match="Expected an archive in"):
        load(tmp_path / "h.duckdb", tmp_path)
    assert call(load_history, str(tmp_path / "h.duckdb"), str(tmp_path)) == 1
    (tmp_path / ".git/objects").mkdir(parents=True)
    with pytest.raises(IngestError, match="Expected a git clone with commits"):
        load(tmp_path / "h.duckdb", tmp_path)


def test_a_database_file_named_like_the_schema_is_refused(tmp_path: Path, whole):
    with pytest.raises(IngestError, match="another name"):
        load(tmp_path / "history.duckdb", whole[0])
    assert not (tmp_path / "history.duckdb").exists()


def test_the_real_boards_are_rebuilt_byte_for_byte(tmp_path: Path):
    real = shared("race-data")
    summary = load(tmp_path / "h.duckdb", real)
    assert "quarantined" not in summary.outcomes
    report = check(tmp_path / "h.duckdb", real)
    assert report.differences == []
    assert report.rows > 600_000
    assert (tmp_path / "h.duckdb").stat().st_size < 4_000_000
