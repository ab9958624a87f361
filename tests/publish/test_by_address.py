"""What is published can be read where it lies, on a web host."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.helpers.notebook import NOTEBOOK, outputs
from tests.helpers.readme import printed
from tests.helpers.web import serving

NO_HTTPFS = "DuckDB's extension httpfs is not installed: `duckdb -c 'install httpfs'`"
QUESTION = "select count(*) from '{}/race_results.parquet' where season = 2021"
POLARS = """
import polars
rows = polars.scan_parquet("{}/race_results.parquet").filter(polars.col("season") == 2021)
print(rows.select(polars.len()).collect().item())
"""


@pytest.fixture
def with_httpfs() -> duckdb.DuckDBPyConnection:
    opened = duckdb.connect(config={"autoinstall_known_extensions": False})
    try:
        opened.execute("load httpfs")
    except duckdb.Error:
        pytest.skip(NO_HTTPFS)
    return opened


def test_polars_fetches_only_what_it_needs(archive):
    expected = archive.ask(QUESTION.format(archive.data / "parquet"))
    size = (archive.data / "parquet/race_results.parquet").stat().st_size
    with serving(archive.data / "parquet") as (address, sent):
        assert printed(POLARS.format(address), archive.data) == f"{expected[0][0]}\n"
        assert sum(sent) < size / 2


def test_duckdb_fetches_only_what_it_needs(archive, with_httpfs):
    expected = archive.ask(QUESTION.format(archive.data / "parquet"))
    size = (archive.data / "parquet/race_results.parquet").stat().st_size
    with serving(archive.data / "parquet") as (address, sent):
        assert with_httpfs.execute(QUESTION.format(address)).fetchall() == expected
        assert sum(sent) < size / 2


def test_duckdb_attaches_the_database_by_its_address(everything, with_httpfs):
    with serving(everything.data) as (address, _):
        with_httpfs.execute(f"attach '{address}/league.duckdb' as league (read_only)")
        found = with_httpfs.execute("from league.evo_winners").fetchall()
    assert found == everything.ask("from evo_winners")


def test_the_notebook_answers_alike_from_an_address(everything, with_httpfs):
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    parquet = everything.data / "parquet"
    with serving(parquet) as (address, _):
        assert outputs(notebook, address) == outputs(notebook, str(parquet))
