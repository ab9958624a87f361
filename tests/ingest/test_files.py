"""What becomes of each kind of file: rows as they are, or what is wrong with it and where."""

from __future__ import annotations

import json
import os
import shutil
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from ingest import load
from ingest.source import CATALOGUE
from tests.helpers.loading import BOARD, MARCH, League
from tests.helpers.pipeline import Pipeline

HEADER = b"Rank,Alias,UserId\n"
ALIASES = [
    "NULL",
    "NA",
    "nan",
    "False",
    "007",
    "",
    " x ",
    '"q"',
    "'); drop table rankings; --",
]
# What is in a ranking, what is said to be expected, and where.
BROKEN = {
    "no UserId": (b"Rank,Alias\n1,a\n", "UserId", "line 1"),
    "a cell too many": (HEADER + b"1,a,u\n2,b,v,w\n", "3 cells", "line 3"),
    "a cell too few": (HEADER + b"1,a,u\n2,b\n", "3 cells", "line 3"),
    "a quote that never ends": (HEADER + b'1,"a,u\n', "well-formed CSV", "the whole file"),
    "no UTF-8": (HEADER + b"1,\xff,u\n", "UTF-8", "byte 20"),
    "no UTF-8 after a mark": (b"\xef\xbb\xbf" + HEADER + b"\xff,a,u\n", "UTF-8", "byte 21"),
    "a NUL": (HEADER + b"1,\0,u\n", "text", "character 20"),
    "a rank that is none": (
        HEADER + b"first,a,u\n", "whole number", "row 1 below the header, column Rank",
    ),
    "rank 0": (HEADER + b"0,a,u\n", "ranks 1 to 1", "1 rows"),
    "a gap in the ranks": (HEADER + b"1,a,u\n3,b,v\n", "ranks 1 to 2", "2 rows"),
    "a rank twice": (HEADER + b"1,a,u\n1,b,v\n", "ranks 1 to 2", "2 rows"),
    "a racer twice": (
        HEADER + b"1,a,u\n2,b,u\n", "a racer once", "row 2 below the header, column UserId",
    ),
    "a racer without UserId": (
        HEADER + b"1,a,\n", "a UserId", "row 1 below the header, column UserId",
    ),
    "a space in a UserId": (
        HEADER + b"1,a,u \n", "without a space", "row 1 below the header, column UserId",
    ),
    "a blank line": (HEADER + b"1,a,u\n\n2,b,v\n", "a row on every line", "line 3"),
    "a blank line by a quote": (
        HEADER + b'1,"a",u\n\n2,b,v\n', "all that is in the file", "the whole file",
    ),
    "a space before a quote": (HEADER + b'1, "a",u\n', "all that is in", "the whole file"),
    "line ends of two kinds": (HEADER + b"1,a,u\r\n2,b,v\n", "well-formed", "the whole file"),
    "a column twice": (b"Rank,Rank,UserId,Alias\n1,1,u,a\n", "a column once", "line 1"),
    "a column without a name": (b"Rank,Alias,UserId,\n1,a,u,\n", "a name for every", "line 1"),
    "cut short": (HEADER + b"1,a,u\n2,b,v", "a newline", "the last line"),
    "HTML": (b"<html><body>Not here</body></html>\n", "a header", "line 1"),
    "JSON": (b'{"message": "rate limit"}', "a header", "line 1"),
    "semicolons": (HEADER.replace(b",", b";") + b"1;a;u\n", "a header", "line 1"),
}  # fmt: skip
NUMBERS = [
    ("LapCount", "NaN"), ("LapCount", "1e30"), ("LapCount", "-1"), ("LapCount", "1,000"),
    ("RankingScore", "inf"), ("RankingScore", "9.25"), ("RankingScore", "27.075"),
    ("RankingScore", "1e400"), ("AvgLapTime", "fast"), ("SubmissionTime", "1932900000"),
    ("SubmissionTime", "1.9329E+12"), ("SubmissionTime", "tomorrow"),
]  # fmt: skip
# Columns that could meet one of ours.
ODD = ["source_row", "leaderboard_arn", "rank", 'x"y', "Mood", "its path"]
TIE = HEADER + b"1,a,u\n2,b,v\n2,c,w\n4,d,x\n"


@pytest.fixture
def league(tmp_path) -> League:
    return League.invented(tmp_path)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> League:
    """A league of a board for each kind of file, loaded twice."""
    league = League.invented(tmp_path_factory.mktemp("files"))
    boards = {name.replace(" ", "-"): body for name, (body, _, _) in BROKEN.items()}
    for number, (column, cell) in enumerate(NUMBERS):
        body = f'Rank,Alias,UserId,{column}\n1,a,u,\n2,b,v,"{cell}"\n'
        boards[f"number-{number}"] = body.encode()
    for number, alias in enumerate(ALIASES):
        quoted = '"' + alias.replace('"', '""') + '"'
        boards[f"alias-{number}"] = f"Alias,Rank,UserId\n{quoted},1,-_x\n".encode()
    for number, column in enumerate(ODD):
        quoted = '"' + column.replace('"', '""') + '"'
        boards[f"odd-{number}"] = f"Rank,Alias,UserId,{quoted}\n1,a,u,z\n".encode()
    league.add_all(boards | {"tie": TIE})
    for _ in range(2):
        assert league.load() == 0
    return league


def rows(league: League, name: str, columns: str) -> list[tuple]:
    return league.ask(
        f"select {columns} from raw.rankings where leaderboard_arn like '%/' || ?", name
    )


def issue(league: League, name: str) -> tuple[str, str, str]:
    (found,) = league.ask(
        "select outcome, expected, found, place from raw.outcomes "
        "where leaderboard_arn like '%/' || ?",
        name,
    )
    assert found[0] == "quarantined"
    return found[1:]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_ranking_says_what_where_and_is_not_loaded(name, loaded):
    _, expected, place = BROKEN[name]
    name = name.replace(" ", "-")
    found = issue(loaded, name)
    assert expected in found[0]
    assert found[2] == place
    assert rows(loaded, name, "*") == []


@pytest.mark.parametrize("number", range(len(NUMBERS)))
def test_a_number_that_is_none_is_named_by_row_and_column(number, loaded):
    column, cell = NUMBERS[number]
    expected, found, place = issue(loaded, f"number-{number}")
    assert column in expected
    assert (found, place) == (repr(cell), f"row 2 below the header, column {column}")


@pytest.mark.parametrize("number", range(len(ALIASES)))
def test_a_cell_stays_the_text_it_was(number, loaded):
    found = rows(loaded, f"alias-{number}", "Alias, Rank, UserId, TeamName")
    assert found == [(ALIASES[number], "1", "-_x", None)]


@pytest.mark.parametrize("number", range(len(ODD)))
def test_a_new_column_is_loaded_beside_ours_whatever_its_name(number, loaded):
    ((other, source_row),) = rows(loaded, f"odd-{number}", "other_columns, source_row")
    assert json.loads(other) == {ODD[number]: "z"}
    assert source_row == 1


def test_a_tie_is_named(loaded):
    assert issue(loaded, "tie")[1] == "no rank 3, and two racers of rank 2"


def test_every_row_says_where_it_came_from(loaded):
    found = loaded.ask(
        "select file, sha256, source_row, Rank from raw.rankings "
        "inner join raw.outcomes using (leaderboard_arn) where leaderboard_arn = ? "
        "order by source_row",
        BOARD,
    )
    digest = sha256(loaded.march.read_bytes()).hexdigest()
    assert found == [(MARCH, digest, n, str(n)) for n in range(1, 41)]


def test_rows_loaded_before_the_tables_lost_columns_stay_and_new_ones_join_them(league):
    league.load()
    with duckdb.connect(str(league.built)) as built:
        for table in ("catalogue", "rankings"):
            built.execute(f"alter table raw.{table} add column source_file varchar")
            built.execute(f"update raw.{table} set source_file = 'as before'")
    league.march.write_text(league.march.read_text().replace("27075", "27076"))
    assert league.load() == 0
    found = dict(league.ask("select source_file, count(*) from raw.rankings group by all"))
    assert found.pop(None) == 40 and found.keys() == {"as before"}


def test_what_is_in_quarantine_new_or_lost_is_printed(league, capsys):
    league.add_all({"broken": b"Rank\n1\n"})
    league.march.write_bytes(b"Rank,Alias,UserId,RankingScore,submissionTime\n1,a,u,9,8\n")
    league.load("--accept-changes")
    printed = capsys.readouterr()
    assert "broken/FINAL.csv: in quarantine. Expected a header" in printed.err
    assert f"{MARCH}: new columns, loaded: submissionTime" in printed.out
    assert "1 of 8 rankings have no SubmissionTime: when those races were" in printed.err
    assert "have no RankingScore" not in printed.err


def test_running_twice_changes_nothing(league, capsys):
    league.load()
    tables = ("raw.catalogue", "raw.rankings")
    before = [league.ask(f"from {table} order by all") for table in tables]
    league.load()
    assert "8 unchanged, 1 not_published" in capsys.readouterr().out
    assert [league.ask(f"from {table} order by all") for table in tables] == before


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (None, "not_published"),
        (b"", "empty"),
        (b"\n", "empty"),
        (HEADER, "empty"),
        (b"Rank\n", "empty"),
    ],
)
def test_what_is_gone_leaves_the_tables_when_that_is_accepted(league, body, outcome):
    league.load()
    league.march.write_bytes(body) if body is not None else league.march.unlink()
    assert league.load("--accept-changes") == 0
    assert league.outcomes()[MARCH] == outcome
    assert rows(league, BOARD, "*") == []


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        # From before September 2021: a later commit has it, and AS_OF looks back from there.
        (b"Alias,Rank,RankingScore\na,1,9000\n", "before September 2021 have no UserId"),
        (TIE, "Break the tie"),
        (HEADER + b"-,a,u\n", "A racer without a rank gets the next one"),
        (HEADER.replace(b",", b";") + b"1;a;u\n", "with commas between the cells"),
        (HEADER + b"1,a,u\n2,b", "ACCEPT_CHANGES=1 (--accept-changes) loads it."),
    ],
)
def test_a_ranking_of_a_prize_stops_the_run_with_the_way_out(league, body, advice, capsys):
    league.march.write_bytes(body)
    assert league.load() == 3
    assert advice in capsys.readouterr().err.partition("decide a prize")[2]


def test_a_broken_file_of_a_prize_stops_the_build_too(demo_built, tmp_path):
    shutil.copytree(demo_built.data, tmp_path, symlinks=True, dirs_exist_ok=True)
    demo = Pipeline(tmp_path, tmp_path / "project")
    (tmp_path / "race-data" / MARCH).write_bytes(b"Rank,Alias\n1,a\n")
    assert demo.ingest(tmp_path / "race-data").returncode == 3
    done = demo.build("--select", "prize_files_are_whole")
    assert done.returncode == 1
    assert "is in quarantine" in done.stdout + done.stderr
    published = demo.publish()
    assert published.returncode == 1
    assert "prize_files_are_whole (error)" in published.stderr


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], "a catalogue of boards"),
        ([b"../../etc,x,1,2,TIME_TRIAL,OPEN"], "Arn"),
        (2 * [b"arn:aws:deepracer:::leaderboard/a,x,,,T,OPEN"], "a board once"),
        ([b"arn:aws:deepracer:::leaderboard/a,x,soon,,T,OPEN"], "as LaunchTime"),
        (None, "a header"),
        ("semicolons", "with commas between the cells"),
        ("gone", "the one that holds `raw_data`"),
    ],
)
def test_without_a_catalogue_nothing_changes(league, lines, expected, capsys):
    league.load()
    before = league.ask("from raw.outcomes")
    path = league.archive / CATALOGUE
    header = b"Arn,Name,LaunchTime,CloseTime,RaceType,Status"
    if lines == "gone":
        path.unlink()
    elif lines == "semicolons":
        path.write_text(path.read_text().replace(",", ";"))
    else:
        path.write_bytes(
            b"\n".join([header, *lines, b""]) if lines is not None else b"<html>\n"
        )
    assert league.load() == 1
    printed = capsys.readouterr().err
    assert CATALOGUE in printed and expected in printed
    assert league.ask("from raw.outcomes") == before


def test_a_failure_while_writing_leaves_the_tables_as_they_were(league, monkeypatch):
    """Rows and outcomes come together or not at all."""
    league.load()
    tables = ("raw.catalogue", "raw.rankings", "raw.outcomes", "raw.source")
    before = [league.ask(f"from {table} order by all") for table in tables]
    real = load._sql
    fail = "; select error('full')"
    monkeypatch.setattr(load, "_sql", lambda n: real(n) + (fail if "outcomes" in n else ""))
    league.march.write_bytes(HEADER + b"1,a,u\n")
    assert league.load("--accept-changes") == 1
    assert [league.ask(f"from {table} order by all") for table in tables] == before


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
    league.march.unlink()
    put(league.march)
    assert league.load() == 3
    printed = capsys.readouterr().err
    assert MARCH in printed
    assert "nobody may read" not in printed
