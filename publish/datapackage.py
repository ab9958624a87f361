"""datapackage.json (https://datapackage.org, version 2): what the files of a folder hold, for
tools that know the standard."""

from __future__ import annotations

import json
from pathlib import Path

from publish.tables import PublishedTable

ARCHIVE = {
    "title": "AWS DeepRacer race data, by the AWS DeepRacer Community",
    "path": "https://github.com/aws-deepracer-community/deepracer-race-data",
}
TYPES = {
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "TIMESTAMP": "datetime",
    "VARCHAR": "string",
}
# As Python and DuckDB write a timestamp into a CSV file; always UTC.
MOMENT = "%Y-%m-%d %H:%M:%S"


def write_datapackage(tables: list[PublishedTable], about: dict, to: Path, kind: str) -> None:
    """Write datapackage.json into the folder `to`, for the tables that have a file there.

    about: what parquet/manifest.json says of the build and of each table. kind: parquet or
    csv, the ending of the files.
    """
    there = [table for table in tables if (to / f"{table.name}.{kind}").is_file()]
    names = {table.name for table in there}
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "deepracer-league-winners",
        "title": "Who won what in the AWS DeepRacer League",
        "version": about["schema_version"],
        "created": about["built_at_utc"],
        "id": about["build_id"],
        "sources": [_source(about["upstream"])],
        "resources": [_resource(table, names, about, to, kind) for table in there],
    }
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (to / "datapackage.json").write_text(text, encoding="utf-8")


def _source(upstream: dict) -> dict[str, str]:
    """The archive as a source; its commit is the version, where it is known."""
    commit = upstream["commit"]
    return {**ARCHIVE, "version": commit} if commit else dict(ARCHIVE)


def _resource(
    table: PublishedTable, names: set[str], about: dict, to: Path, kind: str
) -> dict[str, object]:
    file = to / f"{table.name}.{kind}"
    columns = about["tables"][table.name]["columns"]
    schema: dict[str, object] = {"fields": [_field(column, kind) for column in columns]}
    if table.primary_key:
        schema["primaryKey"] = table.primary_key
    foreign = [
        {"fields": key.columns, "reference": {"resource": key.table, "fields": key.to}}
        for key in table.foreign_keys
        if key.table in names
    ]
    if foreign:
        schema["foreignKeys"] = foreign
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


def _field(column: dict[str, str], kind: str) -> dict[str, str]:
    field = {
        "name": column["name"],
        "type": "list" if column["type"].endswith("[]") else TYPES[column["type"]],
        "description": column["description"],
    }
    if column["type"] == "TIMESTAMP" and kind == "csv":
        field["format"] = MOMENT
    return field
