"""The notebook answers from what is published, and shows what it answered."""

from __future__ import annotations

import json

from tests.helpers.notebook import NOTEBOOK, outputs

WRITTEN = json.loads(NOTEBOOK.read_text(encoding="utf-8"))


def test_the_notebook_shows_what_its_cells_answer_on_the_real_season(archive):
    expected = [cell["outputs"] for cell in WRITTEN["cells"] if cell["cell_type"] == "code"]
    assert outputs(WRITTEN, str(archive.data / "league.duckdb")) == expected


def test_the_notebook_answers_alike_from_parquet_files(everything):
    database, parquet = everything.data / "league.duckdb", everything.data / "parquet"
    assert outputs(WRITTEN, str(database)) == outputs(WRITTEN, str(parquet))
