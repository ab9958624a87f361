"""One version of the data and one of the tables, the same in every output and in the project."""

from __future__ import annotations

import json
import re

import duckdb
import pytest
import yaml

from ingest.source import PINNED_REF
from publish.database import VERSIONS
from tests.helpers.pipeline import ROOT, Pipeline

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def versions(league: Pipeline) -> tuple[str, str]:
    """Of the data and of the tables, as the database has them."""
    (found,) = league.ask("select data_version, schema_version from build.proof")
    return found


def test_every_output_has_the_same_two_versions(everything):
    data, tables = expected = versions(everything)
    assert re.fullmatch(r"2121\.\d\d\.\d\d\+local-copy", data)
    manifest = json.loads((everything.data / "parquet/manifest.json").read_text())
    assert (manifest["data_version"], manifest["schema_version"]) == expected
    for kind in ("parquet", "csv"):
        package = json.loads((everything.data / kind / "datapackage.json").read_text())
        assert (package["version"], package["schema_version"]) == expected
    for file in (everything.data / "parquet").glob("*.parquet"):
        question = f"select decode(key), decode(value) from parquet_kv_metadata('{file}')"
        about = dict(everything.ask(question))
        assert (about["data_version"], about["schema_version"]) == expected
    for page in ("index", "2121", "download"):
        text = (everything.data / f"site/{page}.html").read_text(encoding="utf-8")
        assert f"Data version {data}, tables version {tables}." in text


@pytest.mark.parametrize(
    ("source", "ref", "newest", "version"),
    [
        ("a local copy", None, "2025-12-09 19:48", "2025.12.09+local-copy"),
        ("https://host.example/a", None, "2025-12-09 19:48", "2025.12.09+mirror"),
        ("https://host.example/a", PINNED_REF, "2025-12-09 19:48", "2025.12.09+a2cdeadf8b"),
        ("a local copy", None, None, "0+local-copy"),
    ],
)
def test_the_data_has_the_day_of_its_newest_result_and_its_commit(
    source, ref, newest, version
):
    with duckdb.connect() as opened:
        opened.execute("attach ':memory:' as built; create schema built.raw")
        opened.execute("create table built.raw.source as select $1::varchar as ref", [ref])
        opened.execute(
            "create table built.main.race_results as select $1::timestamp as submitted_at_utc",
            [newest],
        )
        opened.execute("set variable public_source = $1", [source])
        assert opened.execute(f"select {VERSIONS}").fetchone()[0] == version


def test_the_cited_version_of_the_data_is_that_of_the_pinned_archive(archive):
    (reference,) = CITATION["references"]
    assert reference["commit"] == PINNED_REF
    day = versions(archive)[0].partition("+")[0]
    assert reference["version"] == f"{day}+{PINNED_REF[:10]}"


def test_the_project_has_the_version_of_its_tables(everything):
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    package = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+) \((\S+)\)$", changes, re.MULTILINE)
    assert (CITATION["version"], str(CITATION["date-released"])) == newest.groups()
    assert project["version"] == newest[1]
    assert f'\nversion = "{newest[1]}"\n' in package
    assert newest[1].rpartition(".")[0] == versions(everything)[1]
