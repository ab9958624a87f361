"""datapackage.json (https://datapackage.org, version 2): what the files of a folder hold, for
tools that know the standard."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from publish.about import read_about
from publish.tables import PublishedTable, published_tables

ARCHIVE = {
    "title": "AWS DeepRacer race data, by the AWS DeepRacer Community",
    "path": "https://github.com/aws-deepracer-community/deepracer-race-data",
}
LICENCE = (
    "The code that made these tables is under the MIT licence. The rankings that they are made "
    "of come from a public archive that carries no licence."
)
TYPES = {
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "TIMESTAMP": "datetime",
    "VARCHAR": "string",
}
# As Python writes a timestamp into a CSV file; always UTC.
MOMENT = "%Y-%m-%d %H:%M:%S"


def write_datapackage(
    opened: duckdb.DuckDBPyConnection, manifest: dict, to: Path, kind: str
) -> None:
    """Write datapackage.json into the folder `to`, for the tables that have a file there.

    opened: the published database. manifest: dbt's. kind: parquet or csv, the files' ending.
    """
    there = [t for t in published_tables(manifest) if (to / f"{t.name}.{kind}").is_file()]
    names = {table.name for table in there}
    about = read_about(opened)
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "deepracer-league-winners",
        "title": "Who won what in the AWS DeepRacer League",
        "description": LICENCE,
        "id": about.build_id,
        "version": about.data_version,
        "schema_version": about.schema_version,
        "created": f"{about.built_at_utc:%Y-%m-%dT%H:%M:%SZ}",
        "sources": [{**ARCHIVE, "version": about.ref} if about.ref else ARCHIVE],
        "resources": [_resource(opened, table, names, to, kind) for table in there],
    }
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (to / "datapackage.json").write_text(text, encoding="utf-8")


def _resource(
    opened: duckdb.DuckDBPyConnection,
    table: PublishedTable,
    names: set[str],
    to: Path,
    kind: str,
) -> dict[str, object]:
    """One table, with the keys to those tables that have a file in the same folder."""
    file = to / f"{table.name}.{kind}"
    types = opened.execute(f'describe main."{table.name}"').fetchall()
    schema: dict[str, object] = {
        "fields": [
            _field(name, type_, table.columns.get(name, ""), kind) for name, type_, *_ in types
        ]
    }
    if table.primary_key:
        schema["primaryKey"] = table.primary_key
    keys = [key for key in table.foreign_keys if key["reference"]["resource"] in names]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table.name,
        "type": "table",
        "path": file.name,
        "format": kind,
        "mediatype": "text/csv" if kind == "csv" else "application/vnd.apache.parquet",
        "encoding": "utf-8",
        "description": table.description,
        "bytes": file.stat().st_size,
        "schema": schema,
    }


def _field(name: str, type_: str, description: str, kind: str) -> dict[str, str]:
    field = {
        "name": name,
        "type": "list" if type_.endswith("[]") else TYPES[type_],
        "description": description,
    }
    if type_ == "TIMESTAMP" and kind == "csv":
        field["format"] = MOMENT
    return field
