"""A file that is well-formed and yet a part of what it was names no winner in silence."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import duckdb
import pytest

from ingest import load as load_module
from ingest.file import git_blob
from ingest.source import CATALOGUE, final_ranking
from league.cli import load as command
from league.fictional_season import fictional_arn, invent
from tests.helpers.invented_archive import count_participants
from tests.helpers.pipeline import ROOT, call, shared

BOARD = fictional_arn("2121-1-months-race")
MARCH = final_ranking(BOARD)


@pytest.fixture
def league(tmp_path) -> Path:
    """A fictional archive whose catalogue counts the racers, as upstream's does."""
    invent(tmp_path)
    count_participants(tmp_path / "race-data")
    return tmp_path


def load(league: Path, *more: str) -> int:
    arguments = ["--source", str(league / "race-data"), "--seeds", str(league / "seeds")]
    return call(command, *arguments, "--data", str(league / "data"), *more)


def ask(league: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(league / "data/build/league.duckdb"), read_only=True) as opened:
        return opened.execute(sql).fetchall()


def cut(path: Path, lines: int) -> None:
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:lines]))


def change_catalogue(league: Path, change) -> None:
    path = league / "race-data" / CATALOGUE
    with path.open(newline="") as lines:
        rows = list(csv.reader(lines))
    rows = change(rows)
    with path.open("w", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


def without(column: str):
    def change(rows: list[list[str]]) -> list[list[str]]:
        at = rows[0].index(column)
        return [row[:at] + row[at + 1 :] for row in rows]

    return change


def test_a_ranking_cut_at_the_end_of_a_line_goes_to_quarantine(league, capsys):
    cut(league / "race-data" / MARCH, 13)
    assert load(league) == 3
    assert "at least 40 racers, as the catalogue says, found 12" in capsys.readouterr().err


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("body", [None, "", "\n", "Rank,Alias,UserId\n"])
def test_a_ranking_that_is_missing_or_empty_after_the_race_goes_to_quarantine(
    league, body, counts
):
    path = league / "race-data" / MARCH
    path.unlink() if body is None else path.write_text(body)
    if not counts:
        change_catalogue(league, without("ParticipantCount"))
    assert load(league) == 3


@pytest.mark.parametrize("status", ["Closed", "finished", ""])
def test_only_a_race_that_is_said_to_go_on_may_have_no_ranking(league, status):
    change_catalogue(league, without("ParticipantCount"))
    (league / "race-data" / MARCH).unlink()
    path = league / "race-data" / CATALOGUE
    text = path.read_text()
    path.write_text(text.replace("CLOSED", status))
    assert load(league) == 3
    path.write_text(text.replace("CLOSED", "Open"))
    assert load(league) == 0


@pytest.mark.parametrize("name", ["Final.csv", "FINAL (1).csv"])
def test_a_file_named_almost_like_a_ranking_is_named(league, name, capsys):
    path = league / "race-data" / MARCH
    path.rename(path.with_name(name))
    assert load(league) == 3
    assert f"of no board: {MARCH.removesuffix('FINAL.csv')}{name}" in capsys.readouterr().err


def test_a_ranking_never_loses_racers_by_itself(league, capsys):
    change_catalogue(league, without("ParticipantCount"))
    assert load(league) == 0
    cut(league / "race-data" / MARCH, 13)
    for _ in range(2):  # what is in quarantine is not forgotten
        assert load(league) == 3
        assert "at least 40 rows, as loaded before" in capsys.readouterr().err


def test_who_knows_better_accepts_it_and_it_is_printed(league, capsys):
    cut(league / "race-data" / MARCH, 13)
    assert load(league, "--accept-changes") == 0
    assert "accepted. Expected at least 40 racers" in capsys.readouterr().err
    assert ask(
        league, f"select count(*) from raw.rankings where leaderboard_arn = '{BOARD}'"
    ) == [(12,)]


def test_a_catalogue_that_lost_boards_loads_nothing(league, capsys):
    change_catalogue(league, lambda rows: rows[:4])
    assert load(league) == 1
    assert "every board of a season that has a ranking" in capsys.readouterr().err
    assert ask(league, "select count(*) from raw.rankings") == [(0,)]


def test_a_board_that_was_catalogued_stays_catalogued(league, capsys):
    extra = "arn:aws:deepracer:fictional::leaderboard/extra"
    change_catalogue(league, lambda rows: [*rows, [extra, *rows[1][1:]]])
    assert load(league) == 0
    change_catalogue(league, lambda rows: rows[:-1])
    assert load(league) == 1
    assert extra in capsys.readouterr().err


def test_a_winner_that_the_catalogue_named_stays_named(league, capsys):
    def name_winners(rows: list[list[str]]) -> list[list[str]]:
        return [[*rows[0], "WinnerAlias"], *([*row, "Somebody"] for row in rows[1:])]

    change_catalogue(league, name_winners)
    assert load(league) == 0
    change_catalogue(league, without("WinnerAlias"))
    assert load(league) == 1
    assert "WinnerAlias" in capsys.readouterr().err


def test_of_the_pinned_state_every_byte_counts(league, monkeypatch, capsys):
    assert load(league) == 0
    archive = league / "race-data"
    pinned = {
        path.relative_to(archive).as_posix(): git_blob(path.read_bytes())
        for path in archive.rglob("*.csv")
    }
    monkeypatch.setattr(load_module, "pinned_files", lambda: pinned)
    assert load(league) == 0
    path = archive / MARCH
    path.write_text(path.read_text().replace("27075", "27076"))
    assert load(league) == 3
    assert "git blob" in capsys.readouterr().err


def test_ids_stand_where_ids_belong(league):
    path = league / "race-data" / MARCH
    rows = [f"{rank},Racer {rank},{rank:021d}A\n" for rank in range(1, 41)]
    path.write_text("Rank,Alias,UserId\n" + "".join(rows))
    assert load(league) == 0
    path.write_text("Rank,UserId,Alias\n" + "".join(rows))
    assert load(league) == 3


def test_ids_of_two_forms_in_one_race_are_loaded_when_that_is_accepted(league, capsys):
    path = league / "race-data" / MARCH
    rows = [f"{rank},Racer {rank},{rank:021d}A\n" for rank in range(1, 40)]
    path.write_text("Rank,Alias,UserId\n" + "".join(rows) + "40,Guest,guest-1\n")
    assert load(league) == 3
    assert "ACCEPT_CHANGES=1 (--accept-changes) loads it" in capsys.readouterr().err
    assert load(league, "--accept-changes") == 0
    assert load(league) == 0
    path.write_text(path.read_text().replace("guest-1", "guest-1 "))
    assert load(league, "--accept-changes") == 3


@pytest.mark.parametrize("name", ["race-data", "race-data-2021-11-02"])
def test_the_real_archive_is_complete_in_both_its_states(name, tmp_path, capsys):
    arguments = ["--source", str(shared(name)), "--seeds", str(ROOT / "seeds")]
    assert call(command, *arguments, "--data", str(tmp_path)) == 0
    assert "quarantine" not in capsys.readouterr().err


def test_a_race_that_is_over_has_a_ranking_unless_the_catalogue_counts_no_racer(
    league, capsys
):
    (league / "race-data" / MARCH).unlink()
    change_catalogue(league, without("ParticipantCount"))
    assert load(league) == 3
    assert "a ranking of a race that is over" in capsys.readouterr().err
    change_catalogue(
        league, lambda rows: [[*rows[0], "ParticipantCount"], *([*r, "0"] for r in rows[1:])]
    )
    assert load(league) == 0


@pytest.mark.parametrize("colon", ["_", "%3A"])
def test_a_folder_renamed_by_an_unzip_tool_is_named_with_what_to_do(league, colon, capsys):
    folder = (league / "race-data" / MARCH).parents[1]
    folder.rename(folder.with_name(folder.name.replace(":", colon)))
    assert load(league) == 3
    output = capsys.readouterr().err
    assert f"arn{colon}aws" in output and "colons" in output


def test_only_the_last_newline_may_lack_where_the_catalogue_counts_the_rows(league, capsys):
    path = league / "race-data" / MARCH
    path.write_text(path.read_text().removesuffix("\n"))
    assert load(league) == 0
    change_catalogue(league, without("ParticipantCount"))
    path.write_text(path.read_text().replace("27075", "27076"))
    assert load(league) == 3
    assert "add a newline" in capsys.readouterr().err
    catalogue = league / "race-data" / CATALOGUE
    catalogue.write_text(catalogue.read_text().removesuffix("\n"))
    assert load(league) == 1
    assert "ACCEPT_CHANGES=1" in capsys.readouterr().err
    assert load(league, "--accept-changes") == 0


@pytest.mark.parametrize("cell", ["9.25", "27.075", "-1", "NaN", "1e400"])
def test_a_score_that_is_no_whole_milliseconds_is_named(league, cell, capsys):
    path = league / "race-data" / MARCH
    path.write_text(path.read_text().replace("27075", cell))
    assert load(league) == 3
    assert "as RankingScore, found" in capsys.readouterr().err


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _link_out(path: Path) -> None:
    secret = path.parents[5] / "secret"
    secret.write_text("a line that nobody may read\n")
    path.symlink_to(secret)


@pytest.mark.parametrize("put", [_pipe, _folder, _loop, _link_out])
def test_what_is_no_file_of_the_source_is_neither_read_nor_quoted(league, put, capsys):
    path = league / "race-data" / MARCH
    path.unlink()
    put(path)
    assert load(league) == 3
    output = capsys.readouterr().err
    assert MARCH in output
    assert "nobody may read" not in output


@pytest.mark.parametrize(
    "column", ["source_row", "leaderboard_arn", "loaded_at_utc", "origin_row", "rank", 'x"y']
)
def test_no_column_of_upstream_meets_one_of_ours(league, column):
    path = league / "race-data" / MARCH
    header, *rows = path.read_text().splitlines()
    quoted = '"' + column.replace('"', '""') + '"'
    path.write_text("\n".join([f"{header},{quoted}", *(f"{row},z" for row in rows)]) + "\n")
    assert load(league) == 0
    (other,) = {
        other
        for (other,) in ask(
            league, f"select other_columns from raw.rankings where source_file = '{MARCH}'"
        )
    }
    assert '"z"' in other
    # The trouble came at the second load, for ever.
    assert load(league) == 0


def test_a_column_without_a_name_goes_to_quarantine(league):
    path = league / "race-data" / MARCH
    path.write_text("".join(f"{line},\n" for line in path.read_text().splitlines()))
    assert load(league) == 3
