"""What a tool that knows Data Packages reads of the published folders."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from publish.datapackage import MOMENT

READ = {
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": datetime.fromisoformat,
    "datetime": lambda cell: datetime.strptime(cell, MOMENT),
    "integer": int,
    "number": float,
    "string": str,
}


def package(folder: Path) -> dict:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_it_names_every_file_with_its_columns_and_what_they_mean(everything, kind):
    folder = everything.data / kind
    described = package(folder)
    files = {path.name for path in folder.iterdir() if path.suffix != ".json"}
    assert {resource["path"] for resource in described["resources"]} == files
    for resource in described["resources"]:
        fields = resource["schema"]["fields"]
        columns = everything.ask(f"select column_name from (describe {resource['name']})")
        assert [field["name"] for field in fields] == [name for (name,) in columns]
        assert all(field["description"] for field in fields), resource["name"]


def test_every_key_holds_in_the_files(everything):
    folder = everything.data / "parquet"
    keys = references = 0
    for resource in package(folder)["resources"]:
        file, schema = folder / resource["path"], resource["schema"]
        if key := schema.get("primaryKey"):
            keys += 1
            columns = ", ".join(key)
            assert not everything.ask(
                f"select 1 from '{file}' group by {columns} having count(*) > 1"
            )
        for reference in schema.get("foreignKeys", []):
            references += 1
            (column,), (to,) = reference["fields"], reference["reference"]["fields"]
            there = folder / f"{reference['reference']['resource']}.parquet"
            assert not everything.ask(
                f"select 1 from '{file}' as here where {column} is not null and not exists "
                f"(select 1 from '{there}' as there where there.{to} = here.{column})"
            )
    assert keys > 20
    assert references > 10


def test_every_cell_of_the_csv_files_is_of_its_type(everything):
    folder = everything.data / "csv"
    for resource in package(folder)["resources"]:
        types = [READ[field["type"]] for field in resource["schema"]["fields"]]
        with (folder / resource["path"]).open(encoding="utf-8-sig", newline="") as lines:
            for row in list(csv.reader(lines))[1:]:
                for read, cell in zip(types, row, strict=True):
                    assert cell == "" or read(cell) is not None


def test_it_says_of_which_build_and_licence_it_is(everything):
    described = package(everything.data / "parquet")
    manifest = json.loads((everything.data / "parquet/manifest.json").read_text())
    assert described["id"] == manifest["build_id"]
    assert "no licence" in described["description"]
