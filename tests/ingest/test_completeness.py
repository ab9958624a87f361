"""A file that is well-formed and yet a part of what it was names no winner in silence."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest

from ingest import load as load_module
from ingest.file import git_blob
from ingest.source import CATALOGUE, final_ranking
from league.cli import load as command
from tests.helpers.loading import BOARD, MARCH, League, Rows
from tests.helpers.pipeline import ROOT, call, shared


@pytest.fixture
def league(tmp_path) -> League:
    return League.invented(tmp_path)


def cut(league: League) -> None:
    lines = league.march.read_text().splitlines(keepends=True)
    league.march.write_text("".join(lines[:13]))


def without(column: str) -> Callable[[Rows], Rows]:
    def change(rows: Rows) -> Rows:
        at = rows[0].index(column)
        return [row[:at] + row[at + 1 :] for row in rows]

    return change


def plus(column: str, cell: str) -> Callable[[Rows], Rows]:
    return lambda rows: [[*rows[0], column], *([*row, cell] for row in rows[1:])]


def test_a_ranking_cut_at_the_end_of_a_line_is_loaded_only_where_that_is_accepted(
    league, capsys
):
    cut(league)
    assert league.load() == 3
    assert "at least 40 racers, as the catalogue says, found 12" in capsys.readouterr().err
    assert league.load("--accept-changes") == 0
    assert "accepted. Expected at least 40 racers" in capsys.readouterr().err
    counted = league.ask("select count(*) from raw.rankings where leaderboard_arn = ?", BOARD)
    assert counted == [(12,)]


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("body", [None, "", "Rank,Alias,UserId\n"])
def test_a_ranking_that_is_missing_or_empty_after_the_race_goes_to_quarantine(
    league, body, counts, capsys
):
    league.march.unlink() if body is None else league.march.write_text(body)
    if not counts:
        league.change_catalogue(without("ParticipantCount"))
    assert league.load() == 3
    assert ("a ranking of a race that is over" in capsys.readouterr().err) == (not counts)


@pytest.mark.parametrize("status", ["Closed", "finished", ""])
def test_only_a_race_that_is_said_to_go_on_or_to_have_no_racer_may_have_no_ranking(
    league, status, capsys
):
    league.change_catalogue(without("ParticipantCount"))
    league.march.unlink()
    path = league.archive / CATALOGUE
    text = path.read_text()
    path.write_text(text.replace("CLOSED", status))
    assert league.load() == 3
    assert "a ParticipantCount of 0" in capsys.readouterr().err
    path.write_text(text.replace("CLOSED", "Open"))
    assert league.load() == 0
    path.write_text(text)
    league.change_catalogue(plus("ParticipantCount", "0"))
    assert league.load() == 0


@pytest.mark.parametrize("name", ["Final.csv", "FINAL (1).csv", "FINALE.csv"])
def test_a_file_named_almost_like_a_ranking_is_named(league, name, capsys):
    league.march.rename(league.march.with_name(name))
    assert league.load() == 3
    printed = capsys.readouterr().err
    assert f"of no board: {MARCH.removesuffix('FINAL.csv')}{name}" in printed
    assert "A ranking is FINAL.csv, in capitals" in printed


@pytest.mark.parametrize("colon", ["_", "%3A"])
def test_a_folder_renamed_by_an_unzip_tool_is_named_with_what_to_do(league, colon, capsys):
    folder = league.march.parents[1]
    folder.rename(folder.with_name(folder.name.replace(":", colon)))
    assert league.load() == 3
    printed = capsys.readouterr().err
    assert f"arn{colon}aws" in printed and "colons" in printed


def test_a_ranking_never_loses_racers_by_itself(league, capsys):
    league.change_catalogue(without("ParticipantCount"))
    league.load()
    cut(league)
    for _ in range(2):  # what is in quarantine is not forgotten
        assert league.load() == 3
        assert "at least 40 rows, as loaded before" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (None, lambda rows: rows[:4], "every board of a season that has a ranking"),
        (
            lambda rows: [*rows, [f"{BOARD}-extra", *rows[1][1:-1], "0"]],
            lambda rows: rows[:-1],
            f"{BOARD}-extra",
        ),
        (plus("WinnerAlias", "Somebody"), without("WinnerAlias"), "WinnerAlias"),
    ],
)
def test_a_catalogue_that_lost_boards_or_winners_loads_nothing(
    league, before, after, sentence, capsys
):
    if before:
        league.change_catalogue(before)
        assert league.load() == 0
    league.change_catalogue(after)
    assert league.load() == 1
    assert sentence in capsys.readouterr().err
    assert league.ask("select count(*) > 0 from raw.rankings") == [(bool(before),)]


def test_of_the_pinned_state_every_byte_counts(league, monkeypatch, capsys, tmp_path):
    pinned = tmp_path / "pinned.csv"
    with pinned.open("w", newline="") as out:
        csv.writer(out).writerows(
            [
                ("file", "git_blob"),
                *(
                    (path.relative_to(league.archive).as_posix(), git_blob(path.read_bytes()))
                    for path in league.archive.rglob("*.csv")
                ),
            ]
        )
    monkeypatch.setattr(load_module, "PINNED_FILES", pinned)
    assert league.load() == 0
    league.march.write_text(league.march.read_text().replace("27075", "27076"))
    assert league.load() == 3
    assert "git blob" in capsys.readouterr().err


def test_ids_stand_where_ids_belong_and_have_one_form(league, capsys):
    rows = [f"{rank},Racer {rank},{rank:021d}A\n" for rank in range(1, 41)]
    league.march.write_text("Rank,Alias,UserId\n" + "".join(rows))
    assert league.load() == 0
    league.march.write_text("Rank,UserId,Alias\n" + "".join(rows))
    assert league.load() == 3
    league.march.write_text("Rank,Alias,UserId\n" + "".join(rows[:-1]) + "40,Guest,guest-1\n")
    assert league.load() == 3
    assert "ACCEPT_CHANGES=1 (--accept-changes) loads it" in capsys.readouterr().err
    assert league.load("--accept-changes") == 0
    assert league.load() == 0


def test_only_the_last_newline_may_lack_where_the_catalogue_counts_the_rows(league, capsys):
    league.march.write_text(league.march.read_text().removesuffix("\n"))
    assert league.load() == 0
    league.change_catalogue(without("ParticipantCount"))
    league.march.write_text(league.march.read_text().replace("27075", "27076"))
    assert league.load() == 3
    assert "add a newline" in capsys.readouterr().err
    catalogue = league.archive / CATALOGUE
    catalogue.write_text(catalogue.read_text().removesuffix("\n"))
    assert league.load() == 1
    assert "ACCEPT_CHANGES=1" in capsys.readouterr().err
    assert league.load("--accept-changes") == 0


def test_a_ranking_in_the_folders_of_two_boards_is_refused_and_both_are_named(league, capsys):
    assert league.load() == 0
    other = final_ranking(BOARD.replace("2121-1", "2121-2"))
    (league.archive / other).write_bytes(league.march.read_bytes())
    assert league.load() == 3
    expected = (
        f"{other}: in quarantine. Expected a ranking of its own, found the racers, ranks "
    )
    assert f"{expected}and scores of {MARCH}" in capsys.readouterr().err
    assert league.load("--accept-changes") == 0
    assert league.load() == 0


@pytest.mark.parametrize("name", ["race-data", "race-data-2021-11-02"])
def test_the_real_archive_is_complete_in_both_its_states(name, tmp_path, capsys):
    arguments = ["--source", str(shared(name)), "--seeds", str(ROOT / "seeds")]
    assert call(command, *arguments, "--data", str(tmp_path)) == 0
    assert "quarantine" not in capsys.readouterr().err
