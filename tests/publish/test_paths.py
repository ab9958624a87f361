"""A folder is the folder that its name names, whatever is in the name."""

from __future__ import annotations

import os
import subprocess
from argparse import ArgumentTypeError
from pathlib import Path

import duckdb
import pytest

from league.options import add_data, add_seeds, parser
from league.paths import data_folder, literal
from publish.parquet import refuse_unless_same
from tests.helpers.pipeline import ROOT

ODD = ("season=2121", "date=2026-11-29", "league [copy]", "what*", "a{b,c}", "who?")


@pytest.mark.parametrize("name", ODD)
def test_a_parquet_file_is_read_back_as_its_table_in_any_folder(tmp_path, name):
    file = tmp_path / name / "table.parquet"
    with duckdb.connect() as database:
        database.execute(
            "create table here as select 1 as a; create table other as select 2 as b"
        )
        # What a pattern would find as well.
        for folder in (name, "what2", "league c", "whom"):
            (tmp_path / folder).mkdir(exist_ok=True)
            there = str(tmp_path / folder / "table.parquet")
            table = "here" if folder == name else "other"
            database.execute(f"copy {table} to $there (format parquet)", {"there": there})
        refuse_unless_same(database, "here", file)
        read = "from read_parquet(?, hive_partitioning = false)"
        assert database.execute(read, [literal(file)]).fetchall() == [(1,)]


def test_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LEAGUE_SEEDS", "~/seeds")
    asks = parser("any", "", {"0": ""})
    add_data(asks, "data")
    add_seeds(asks, "seeds")
    given = asks.parse_args(["--data", "~/data"])
    assert (given.data, given.seeds) == (tmp_path / "data", tmp_path / "seeds")


@pytest.mark.parametrize("variable", ["DATA", "SOURCE", "SEEDS", "RULES"])
def test_make_takes_a_tilde_for_the_home_folder_and_keeps_spaces(variable):
    done = subprocess.run(
        ["make", "--eval", f'tell:;@echo "[$${variable}]"', "tell", f"{variable}=~/a  b"],
        cwd=ROOT, capture_output=True, text=True, env={**os.environ, "HOME": "/home/ada"},
    )  # fmt: skip
    assert done.stdout == "[/home/ada/a  b]\n"


def test_a_folder_that_duckdb_cannot_write_to_is_refused_in_a_sentence():
    with pytest.raises(ArgumentTypeError, match="Expected a folder without `\\?`"):
        data_folder("/tmp/who?/data")
    assert data_folder("data") == Path("data")
