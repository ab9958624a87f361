"""The published tables as Parquet files, for Python, R or a data lake."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from league.rows import only_row
from publish.about import read_about
from publish.database import open_published, read_artifact
from publish.datapackage import write_datapackage
from publish.proof import sha256_of
from publish.tables import PublishedTable, published_tables

PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb")
# The tables are sorted, so a reader with a filter skips all row groups but one or two.
ROWS_IN_A_GROUP = 20_480


def write_parquet(database: Path, to: Path, target: Path) -> None:
    """Write one file per published table, and manifest.json, into the empty folder `to`.

    database: the published one. target: dbt's target folder of the build it came from.
    """
    manifest = read_artifact(target / "manifest.json")
    with open_published(database, to) as opened:
        published = read_about(opened)
        about = {
            "build_id": published.build_id,
            "data_version": published.data_version,
            "schema_version": published.schema_version,
            "is_fictional": published.is_fictional,
            "upstream": {
                "source": published.source,
                "commit": published.ref,
                "loaded_at_utc": _moment(published.loaded_at_utc),
                "as_of_utc": _moment(published.as_of_utc),
            },
            "built_at_utc": _moment(published.built_at_utc),
            "packages": {package: version(package) for package in PACKAGES},
        }
        about["tables"] = {
            table.name: _write_table(opened, table, to / f"{table.name}.parquet", about)
            for table in published_tables(manifest)
        }
        write_datapackage(opened, manifest, to, "parquet")
    text = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    (to / "manifest.json").write_text(text, encoding="utf-8")


def _write_table(
    opened: duckdb.DuckDBPyConnection, table: PublishedTable, file: Path, about: dict
) -> dict:
    """Write one table and return what manifest.json says about it."""
    relation = f'main."{table.name}"'
    # A file travels without its folder, so it says itself what it is.
    opened.execute(
        f"""
        copy (from {relation}) to $file (
            format parquet, compression zstd, row_group_size {ROWS_IN_A_GROUP},
            kv_metadata {{description: $description, data_version: $data_version,
                schema_version: $schema_version, is_fictional: $is_fictional,
                as_of_utc: $as_of_utc}}
        )
        """,
        {
            "file": str(file),
            "description": table.description,
            "data_version": about["data_version"],
            "schema_version": about["schema_version"],
            "is_fictional": str(about["is_fictional"]).lower(),
            "as_of_utc": about["upstream"]["as_of_utc"] or "",
        },
    )
    return {
        "file": file.name,
        "description": table.description,
        "rows": only_row(opened, f"select count(*) from {relation}")[0],
        "bytes": file.stat().st_size,
        "sha256": sha256_of(file),
        "columns": [
            {"name": name, "type": kind, "description": table.columns.get(name, "")}
            for name, kind, *_ in opened.execute(f"describe {relation}").fetchall()
        ],
    }


def _moment(of: datetime | None) -> str | None:
    return f"{of:%Y-%m-%dT%H:%M:%SZ}" if of else None
