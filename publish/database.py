"""Publish the build database by replacing the old one in one step.

A reader keeps the file it has open; whoever opens it next gets the new one. Whoever has it
may give it another name, or attach it under one: no view names its database.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb

from ingest.source import public_source
from ingest.transaction import transaction
from league.rows import only_row
from publish.errors import PublishError
from publish.proof import proven_build
from publish.questions import create_questions

NAME = "league.duckdb"


def refuse_unless_whole(data: Path) -> None:
    """Raise PublishError unless all of the build of `data` passed, of the data as it is."""
    built = data / "build" / NAME
    if not built.is_file():
        raise PublishError(
            f"Expected a build at {built}, found none. Run `make winners`, or "
            "`python -m ingest` and `dbt build`."
        )
    with duckdb.connect(str(built)) as database:
        # Whatever a killed process left in the log becomes part of the file.
        database.execute("checkpoint")
        proven_build(database)
        (stopped,) = only_row(database, "select max(since_utc) from history.unfinished")
        if stopped:
            raise PublishError(
                "Expected the whole history; the run that began at "
                f"{stopped:%Y-%m-%d %H:%M:%S} UTC was stopped. Run `make history` with the "
                "same SOURCE again: it goes on from there."
            )


def stage_database(data: Path, target: Path, staging: Path) -> Path:
    """Copy the build of `data`, which is whole, into the folder `staging` as it will be
    published.

    target: dbt's target folder, whose manifest says which tables there are.
    """
    manifest = read_artifact(target / "manifest.json")
    staged = staging / NAME
    copy_compact(data / "build" / NAME, staged)
    _drop_leftovers(staged, manifest)
    _free_views_of_name(staged)
    _finish_history(staged)
    return staged


def replace_database(staged: Path, data: Path) -> Path:
    """Put a staged database in the place of the published one, in one step."""
    published = data / NAME
    # DuckDB would replay a log that a crashed writer left beside the old file into the new.
    published.with_name(NAME + ".wal").unlink(missing_ok=True)
    os.replace(staged, published)
    return published


def copy_compact(built: Path, staged: Path) -> None:
    """Copy what is in the database, and not the room that replaced tables left behind.

    Whoever is sent the file need not know the folders or passwords of whoever made it, so
    these are not even copied: a row that is changed later stays in the file, out of use.
    """
    staged.unlink(missing_ok=True)
    with duckdb.connect() as database:
        database.execute(f"attach '{_quoted(built)}' as built (read_only)")
        database.execute(f"attach '{_quoted(staged)}' as league")
        database.execute("copy from database built to league (schema)")
        tables = database.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'built'"
        ).fetchall()
        with transaction(database):
            for schema, table in tables:
                database.execute(
                    f'insert into league."{schema}"."{table}" '
                    f'select {_public(database, schema, table)} from built."{schema}"."{table}"'
                )


def _public(database: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """The columns of a table as they may be published."""
    if (schema, table) != ("raw", "source"):
        return "*"
    (source,) = only_row(database, "select source from built.raw.source")
    database.execute("set variable public_source = ?", [public_source(source)])
    return "* replace (getvariable('public_source') as source)"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def read_artifact(path: Path) -> dict:
    """One of the JSON files that dbt leaves in its target folder.

    Raises PublishError where there is none.
    """
    if not path.is_file():
        raise PublishError(
            f"Expected what dbt says of its last build at {path}, found nothing. Run "
            "`make winners`, or `dbt build` with the same DBT_TARGET_PATH."
        )
    return json.loads(path.read_text(encoding="utf-8"))


def _finish_history(staged: Path) -> None:
    """Add the questions about any hour, and leave out the rows a moment was built from.

    Looking back (`AS_OF`) the history is cut off at the moment and no copy of any file; what
    was made of it is published, the rest is not.
    """
    with duckdb.connect(str(staged)) as database:
        (looks_back,) = only_row(database, "select max(as_of_utc) is not null from raw.source")
        if looks_back:
            database.execute(
                """
                drop view intermediate.int_history_stays;
                drop schema staging cascade;
                drop schema history cascade;
                drop macro raw.content;
                drop table raw.catalogue;
                drop table raw.rankings;
                drop table raw.outcomes;
                checkpoint;
                """
            )
        else:
            create_questions(database)


def _free_views_of_name(staged: Path) -> None:
    """Have views read their tables from the database they are in, whatever it is called.

    dbt writes `league.raw.rankings`, which a copy called `league (1).duckdb` does not have.
    """
    with duckdb.connect(str(staged)) as database:
        views = database.execute(
            "select schema_name, view_name, sql from duckdb_views() where not internal"
        ).fetchall()
        for schema, view, sql in views:
            query = sql.partition(" AS ")[2].rstrip(";\n")
            (free,) = only_row(
                database,
                """
                select json_deserialize_sql(replace(
                    json_serialize_sql($query::varchar)::varchar,
                    '"catalog_name":"league"', '"catalog_name":""'
                )::json)
                """,
                {"query": query},
            )
            database.execute(f'create or replace view "{schema}"."{view}" as {free}')


def _drop_leftovers(staged: Path, manifest: dict) -> None:
    """Drop what earlier builds made and no model or seed makes any more."""
    nodes = [n for n in manifest["nodes"].values() if n["resource_type"] in ("model", "seed")]
    made = {(node["schema"], node["alias"]) for node in nodes}
    schemas = sorted({schema for schema, _ in made})
    with duckdb.connect(str(staged)) as database:
        relations = database.execute(
            """
            select table_schema, table_name, if(table_type = 'VIEW', 'view', 'table')
            from information_schema.tables
            where list_contains($schemas, table_schema)
            """,
            {"schemas": schemas},
        ).fetchall()
        for schema, name, kind in relations:
            if (schema, name) not in made:
                database.execute(f'drop {kind} "{schema}"."{name}" cascade')
        database.execute("checkpoint")
