"""What becomes of each kind of file: rows as they are, or a reason."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingest import load as load_module
from ingest.database import open_database
from ingest.errors import Issue
from ingest.file import inspect
from ingest.load import CatalogueError, load, read_catalogue
from ingest.source import CATALOGUE, Fetched, final_ranking
from league.fictional_season import fictional_arn

MARCH = final_ranking(fictional_arn("2121-1-months-race"))
HEADER = b"Rank,Alias,UserId\n"
CATALOGUE_HEADER = b"Arn,Name,LaunchTime,CloseTime,RaceType,Status\n"
NO_SEEDS: dict[str, list] = {"round_races": [], "prize_lines": [], "prizes": []}


def put(folder: Path, name: str, body: bytes) -> Fetched:
    path = folder / Path(name).name
    path.write_bytes(body)
    return Fetched(name, path)


def judged(folder: Path, body: bytes) -> Issue | None:
    """What is wrong with a ranking that is all a database has."""
    database, _ = open_database(folder / "league.duckdb")
    with database:
        arn = b"arn:aws:deepracer:::leaderboard/a"
        catalogue = inspect(put(folder, CATALOGUE, CATALOGUE_HEADER + arn + b",x,,,T,OPEN\n"))
        read_catalogue(database, catalogue)
        ranking = inspect(put(folder, "FINAL.csv", body), "a")
        loaded = load(database, catalogue, [ranking], NO_SEEDS, "here", None)
    return loaded.rankings[0].issue


def ranking(demo):
    return demo.data / "race-data" / MARCH


def outcome(demo, file=MARCH):
    return demo.ask(f"select outcome from raw.outcomes where file = '{file}'", demo.built)


@pytest.mark.parametrize(
    "alias",
    [
        "NULL",
        "NA",
        "nan",
        "None",
        "False",
        "007",
        "",
        " x ",
        '"q"',
        "'); drop table rankings; --",
    ],
)
def test_a_cell_stays_the_text_it_was(demo, alias):
    quoted = '"' + alias.replace('"', '""') + '"'
    ranking(demo).write_text(f"Alias,Rank,UserId\n{quoted},1,-_x\n", encoding="utf-8")
    assert demo.ingest(demo.data / "race-data").returncode == 0
    assert demo.ask(
        f"select Alias, Rank, UserId, TeamName from raw.rankings where source_file = '{MARCH}'",
        demo.built,
    ) == [(alias, "1", "-_x", None)]


def test_every_row_says_where_it_came_from(demo):
    import hashlib

    assert demo.ingest(demo.data / "race-data").returncode == 0
    sha256 = hashlib.sha256(ranking(demo).read_bytes()).hexdigest()
    rows = demo.ask(
        "select source_sha256, source_row, Rank, leaderboard_arn, loaded_at_utc is not null "
        f"from raw.rankings where source_file = '{MARCH}' order by source_row",
        demo.built,
    )
    arn = fictional_arn("2121-1-months-race")
    assert rows == [(sha256, n, str(n), arn, True) for n in range(1, 41)]


def test_a_new_column_is_loaded_and_reported(demo):
    ranking(demo).write_bytes(b"Rank,Alias,UserId,Mood\n1,a,u,happy\n")
    done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 0
    assert "new columns, loaded: Mood" in done.stdout
    assert demo.ask(
        "select other_columns from raw.rankings where other_columns is not null", demo.built
    ) == [('{"Mood": "happy"}',)]


def test_what_is_lost_by_a_missing_or_renamed_column_is_said(demo):
    ranking(demo).write_bytes(b"Rank,Alias,UserId,RankingScore,submissionTime\n1,a,u,9,8\n")
    done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 0
    assert "1 of 8 rankings have no SubmissionTime: when those races were raced" in done.stderr
    assert "have no RankingScore" not in done.stderr


def test_running_twice_changes_nothing(demo):
    tables = ("raw.catalogue", "raw.rankings")
    assert demo.ingest(demo.data / "race-data").returncode == 0
    before = [demo.ask(f"from {table} order by all", demo.built) for table in tables]
    done = demo.ingest(demo.data / "race-data")
    assert "8 unchanged, 1 not_published" in done.stdout
    assert [demo.ask(f"from {table} order by all", demo.built) for table in tables] == before


def test_a_board_that_leaves_the_source_leaves_the_tables_when_that_is_accepted(demo):
    assert demo.ingest(demo.data / "race-data").returncode == 0
    ranking(demo).unlink()
    assert demo.ingest(demo.data / "race-data", "--accept-changes").returncode == 0
    assert outcome(demo) == [("not_published",)]
    assert demo.ask(
        f"select count(*) from raw.rankings where source_file = '{MARCH}'", demo.built
    ) == [(0,)]


@pytest.mark.parametrize("body", [b"", b"\n", HEADER, b"Rank\n"])
def test_nothing_in_a_file_is_empty_where_that_is_accepted(demo, body):
    ranking(demo).write_bytes(body)
    assert demo.ingest(demo.data / "race-data", "--accept-changes").returncode == 0
    assert outcome(demo) == [("empty",)]


BROKEN = {
    "no UserId": (b"Rank,Alias\n1,a\n", "UserId", "line 1"),
    "a row with a cell too many": (HEADER + b"1,a,u\n2,b,v,w\n", "3 cells", "line 3"),
    "a row with a cell too few": (HEADER + b"1,a,u\n2,b\n", "3 cells", "line 3"),
    "a quote that never ends": (HEADER + b'1,"a,u\n', "well-formed CSV", "the whole file"),
    "no UTF-8": (HEADER + b"1,\xff,u\n", "UTF-8", "byte 20"),
    "a NUL": (HEADER + b"1,\0,u\n", "text", "character 20"),
    "a rank that is none": (HEADER + b"first,a,u\n", "whole number", "row 1"),
    "rank 0": (HEADER + b"0,a,u\n", "ranks 1 to 1", "1 rows"),
    "a gap in the ranks": (HEADER + b"1,a,u\n3,b,v\n", "ranks 1 to 2", "2 rows"),
    "a rank twice": (HEADER + b"1,a,u\n1,b,v\n", "ranks 1 to 2", "2 rows"),
    "a racer twice": (HEADER + b"1,a,u\n2,b,u\n", "a racer once", "row 2"),
    "a racer without UserId": (HEADER + b"1,a,\n", "a UserId", "row 1"),
    "a blank line": (HEADER + b"1,a,u\n\n2,b,v\n", "a row on every line", "line 3"),
    "a blank line beside a quote": (
        HEADER + b'1,"a",u\n\n2,b,v\n',
        "all that is in the file",
        "the whole file",
    ),
    "a space before a quote": (HEADER + b'1, "a",u\n', "all that is in", "the whole file"),
    "line ends of two kinds": (HEADER + b"1,a,u\r\n2,b,v\n", "well-formed", "the whole file"),
    "a column twice": (b"Rank,Rank,UserId,Alias\n1,1,u,a\n", "a column once", "line 1"),
    "a file cut short": (HEADER + b"1,a,u\n2,b,v", "a newline", "the last line"),
    "a page of HTML": (b"<html><body>Not here</body></html>\n", "a header", "line 1"),
    "JSON": (b'{"message": "rate limit"}', "a header", "line 1"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_ranking_says_what_where_and_is_not_loaded(name, tmp_path):
    body, expected, place = BROKEN[name]
    issue = judged(tmp_path, body)
    assert issue
    assert expected in issue.expected
    assert issue.place == place
    with duckdb.connect(str(tmp_path / "league.duckdb")) as database:
        assert database.execute("select count(*) from raw.rankings").fetchone() == (0,)


def test_a_broken_file_of_no_prize_is_reported_and_the_run_succeeds(demo):
    open_race = fictional_arn("2121-1-open-race")
    catalogue = demo.data / "race-data" / CATALOGUE
    line = (
        catalogue.read_text().splitlines()[1].replace("2121-1-months-race", "2121-1-open-race")
    )
    catalogue.write_text(catalogue.read_text() + line + "\n")
    file = demo.data / "race-data" / final_ranking(open_race)
    file.parent.mkdir()
    file.write_bytes(b"Rank\n1\n")
    done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 0
    assert outcome(demo, final_ranking(open_race)) == [("quarantined",)]
    assert "in quarantine" in done.stderr


def test_a_tree_from_before_september_2021_is_refused_with_the_way_out(demo):
    """Its finales have no UserId: a later commit has, and AS_OF looks back from there."""
    ranking(demo).write_bytes(b"Alias,Rank,RankingScore\na,1,9000\n")
    done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 3
    assert "before September 2021 have no UserId" in done.stderr
    assert "Take a later commit" in done.stderr and "AS_OF=" in done.stderr


def test_a_file_that_is_cut_is_to_be_fetched_again_and_nothing_else_is_said(demo):
    ranking(demo).write_bytes(ranking(demo).read_bytes()[:-20])
    done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 3
    assert "UserId" not in done.stderr.splitlines()[-1]


def test_a_broken_file_of_a_prize_stops_the_build_too(demo):
    ranking(demo).write_bytes(b"Rank,Alias\n1,a\n")
    assert demo.ingest(demo.data / "race-data").returncode == 3
    done = demo.build("--select", "+prize_files_are_whole")
    assert done.returncode == 1
    assert "is in quarantine" in done.stdout + done.stderr
    published = demo.publish()
    assert published.returncode == 1
    assert "prize_files_are_whole (error)" in published.stderr


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (CATALOGUE_HEADER, "a catalogue of boards"),
        (CATALOGUE_HEADER + b"../../etc,x,1,2,TIME_TRIAL,OPEN\n", "Arn"),
        (
            CATALOGUE_HEADER + 2 * b"arn:aws:deepracer:::leaderboard/a,x,1,2,T,OPEN\n",
            "a board once",
        ),
        (b"<html>\n", "a header"),
    ],
)
def test_a_catalogue_that_is_none_is_refused(body, expected, tmp_path):
    database, _ = open_database(tmp_path / "league.duckdb")
    with database, pytest.raises(CatalogueError) as refused:
        read_catalogue(database, inspect(put(tmp_path, CATALOGUE, body)))
    assert expected in refused.value.issue.expected


def test_without_a_catalogue_nothing_changes(demo):
    assert demo.ingest(demo.data / "race-data").returncode == 0
    (demo.data / "race-data" / CATALOGUE).write_bytes(b"<html>\n")
    done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 1
    assert CATALOGUE in done.stderr
    assert outcome(demo) == [("loaded",)]


def test_a_folder_that_is_none_says_what_was_expected(demo, tmp_path):
    done = demo.ingest(tmp_path / "nowhere")
    assert done.returncode == 1
    assert "raw_data" in done.stderr


def test_a_failure_while_writing_leaves_the_tables_as_they_were(demo, monkeypatch):
    """Rows and outcomes come together or not at all."""
    assert demo.ingest(demo.data / "race-data").returncode == 0
    tables = ("raw.catalogue", "raw.rankings", "raw.outcomes", "raw.source")
    before = [demo.ask(f"from {table} order by all", demo.built) for table in tables]
    real = load_module._sql
    monkeypatch.setattr(
        load_module,
        "_sql",
        lambda name: real(name) + ("; select error('full')" if name == "outcomes.sql" else ""),
    )
    ranking(demo).write_bytes(HEADER + b"1,a,u\n")
    database, _ = open_database(demo.built)
    with database, pytest.raises(duckdb.Error):
        catalogue = inspect(Fetched(CATALOGUE, demo.data / "race-data" / CATALOGUE))
        read_catalogue(database, catalogue)
        changed = inspect(Fetched(MARCH, ranking(demo)), fictional_arn("2121-1-months-race"))
        load(database, catalogue, [changed], NO_SEEDS, "elsewhere", None)
    assert [demo.ask(f"from {table} order by all", demo.built) for table in tables] == before


NUMBERS = [
    ("LapCount", "NaN"), ("LapCount", "1e30"), ("LapCount", "-1"), ("LapCount", "1,000"),
    ("RankingScore", "inf"), ("AvgLapTime", "fast"), ("SubmissionTime", "1932900000"),
    ("SubmissionTime", "1.9329E+12"), ("SubmissionTime", "tomorrow"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell"), NUMBERS)
def test_a_number_that_is_none_is_named_by_row_and_column(column, cell, tmp_path):
    body = f'Rank,Alias,UserId,{column}\n1,a,u,\n2,b,v,"{cell}"\n'
    issue = judged(tmp_path, body.encode())
    assert issue
    assert column in issue.expected
    assert issue.found == repr(cell)
    assert issue.place == f"row 2, column {column}"


def test_a_tie_is_named_with_the_way_to_break_it(tmp_path):
    issue = judged(tmp_path, HEADER + b"1,a,u\n2,b,v\n2,c,w\n4,d,x\n")
    assert issue
    assert issue.found == "no rank 3, and two racers of rank 2"
    assert "Break the tie" in (issue.advice or "")


def test_a_database_in_use_is_a_sentence(demo):
    assert demo.ingest(demo.data / "race-data").returncode == 0
    with duckdb.connect(str(demo.built)):
        done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "build database open" in done.stderr
