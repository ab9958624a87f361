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


def test_polars_fetches_only_what_it_needs(archive):
    expected = archive.ask(QUESTION.format(archive.data / "parquet"))
    size = (archive.data / "parquet/race_results.parquet").stat().st_size
    with serving(archive.data / "parquet") as (address, sent):
        assert printed(POLARS.format(address), archive.data) == f"{expected[0][0]}\n"
        assert sum(sent) < size / 2


def test_duckdb_and_the_notebook_fetch_only_what_they_need(archive):
    parquet, database = archive.data / "parquet", archive.data / "league.duckdb"
    size = (parquet / "race_results.parquet").stat().st_size
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    with (
        duckdb.connect(config={"autoinstall_known_extensions": False}) as opened,
        serving(archive.data) as (address, sent),
    ):
        try:
            opened.execute("load httpfs")
        except duckdb.Error:
            pytest.skip(NO_HTTPFS)
        found = opened.execute(QUESTION.format(f"{address}/parquet")).fetchall()
        assert found == archive.ask(QUESTION.format(parquet))
        assert sum(sent) < size / 2
        opened.execute(f"attach '{address}/league.duckdb' as league (read_only)")
        found = opened.execute("from league.evo_winners").fetchall()
        assert found == archive.ask("from evo_winners")
        assert outputs(notebook, f"{address}/parquet") == outputs(notebook, str(database))
