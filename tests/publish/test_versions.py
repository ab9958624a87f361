"""One version of the data and one of the tables, the same in every output and in the project."""

from __future__ import annotations

import json
import re

import yaml

from ingest.source import PINNED_REF
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
