"""The published tables as Parquet files, for whoever takes them to Python, R or a lake."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import duckdb

from league.paths import literal
from league.rows import only_row
from publish.database import open_published, read_artifact
from publish.datapackage import upstream, write_datapackage
from publish.errors import PublishError
from publish.proof import read_build
from publish.remarks import is_fictional
from publish.tables import PublishedTable, published_tables, schema_version

PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb")
# The tables are sorted, so a reader with a filter skips all row groups but one or two.
ROWS_IN_A_GROUP = 20_480


def write_parquet(database: Path, to: Path, target: Path) -> None:
    """Write one file per published table, and manifest.json, into the empty folder `to`.

    database: the published one. target: dbt's target folder of the build it came from.

    Raises PublishError where a file, read back, is not what its table is.
    """
    manifest = read_artifact(target / "manifest.json")
    with open_published(database, to) as opened:
        build = read_build(opened)
        about = {
            "build_id": build.build_id,
            "schema_version": schema_version(manifest),
            "is_fictional": is_fictional(opened),
            "upstream": upstream(opened),
            "built_at_utc": f"{build.built_at_utc:%Y-%m-%dT%H:%M:%SZ}",
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
            kv_metadata {{description: $description, schema_version: $schema_version,
                is_fictional: $is_fictional, as_of_utc: $as_of_utc}}
        )
        """,
        {
            "file": str(file),
            "description": table.description,
            "schema_version": about["schema_version"],
            "is_fictional": str(about["is_fictional"]).lower(),
            "as_of_utc": about["upstream"]["as_of_utc"] or "",
        },
    )
    refuse_unless_same(opened, relation, file)
    body = file.read_bytes()
    return {
        "file": file.name,
        "description": table.description,
        "rows": only_row(opened, f"select count(*) from {relation}")[0],
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "columns": [
            {"name": name, "type": kind, "description": table.columns.get(name, "")}
            for name, kind in _columns(opened.execute(f"describe {relation}"))
        ],
    }


def refuse_unless_same(opened: duckdb.DuckDBPyConnection, relation: str, file: Path) -> None:
    """Read `file` back and compare it with `relation`: columns, types, rows, their order.

    relation: a table as SQL names it.

    Raises PublishError with what differs.
    """
    there = {"file": literal(file)}
    # A folder named season=2121 is no column.
    read = "read_parquet($file, hive_partitioning = false)"
    columns = {
        "table": _columns(opened.execute(f"describe {relation}")),
        "file": _columns(opened.execute(f"describe from {read}", there)),
    }
    # A sum does not depend on the order of the rows; the number of each row in its hash does.
    checksum = """
        select count(*), coalesce(sum(hash(numbered)), 0)
        from (select row_number() over () as row_number, * from {}) as numbered
    """
    content = {
        "table": opened.execute(checksum.format(relation)).fetchone(),
        "file": opened.execute(checksum.format(read), there).fetchone(),
    }
    for what, found in (("columns", columns), ("rows and checksum", content)):
        if found["table"] != found["file"]:
            raise PublishError(
                f"Expected {file.name}, read back, to have the {what} of its table, "
                f"{found['table']}; found {found['file']}. Is the disk in order? Run "
                "`make publish` again."
            )


def _columns(described: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, *_ in described.fetchall()]
