"""Publish the build database by replacing the old one in one step.

A reader keeps the file it has open; whoever opens it next gets the new one. The file is
called `league.duckdb` in every folder it passes through, because views remember the name
of their database.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path

import duckdb

from publish.errors import PublishError
from publish.questions import create_questions

NAME = "league.duckdb"


def publish_database(data: Path, target: Path) -> Path:
    """Replace `data`/league.duckdb by the build, provided that all of the build passed.

    target: dbt's target folder, whose manifest and run results say what passed.

    Raises PublishError where something did not pass or was not built since the last load.
    """
    built = data / "build" / NAME
    if not built.is_file():
        raise PublishError(
            f"Expected a build at {built}, found none. Run `make winners`, or "
            "`python -m ingest` and `dbt build`."
        )
    manifest = read_artifact(target / "manifest.json")
    results = read_artifact(target / "run_results.json")
    _refuse_unless_all_passed(manifest, results)
    _refuse_unless_all_loaded(built, results)

    staged = data / "build" / "publishing" / NAME
    staged.parent.mkdir(parents=True, exist_ok=True)
    _copy_compact(built, staged)
    _drop_leftovers(staged, manifest)
    _finish_history(staged)
    _forget_own_folders(staged)

    published = data / NAME
    # DuckDB would replay a log that a crashed writer left beside the old file into the new.
    published.with_name(NAME + ".wal").unlink(missing_ok=True)
    os.replace(staged, published)
    return published


def _copy_compact(built: Path, staged: Path) -> None:
    """Copy what is in the database, and not the room that replaced tables left behind."""
    staged.unlink(missing_ok=True)
    with duckdb.connect() as database:
        database.execute(f"attach '{_quoted(built)}' as built (read_only)")
        database.execute(f"attach '{_quoted(staged)}' as league")
        database.execute("copy from database built to league")


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


def _refuse_unless_all_passed(manifest: dict, results: dict) -> None:
    status = {result["unique_id"]: result["status"] for result in results["results"]}
    wanted = [
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed", "test")
    ]
    not_passed = [
        f"{name.split('.')[2]} ({status.get(name, 'not run')})"
        # What failed comes before what was left out because of it.
        for name in sorted(wanted, key=lambda name: status.get(name, "not run") == "skipped")
        if status.get(name) not in ("success", "pass")
    ]
    if not_passed:
        raise PublishError(
            f"Expected all {len(wanted)} models and tests of the last build to pass; "
            f"{len(not_passed)} did not: {', '.join(not_passed[:5])}"
            f"{' …' if len(not_passed) > 5 else ''}. Run a whole `dbt build`."
        )


def _refuse_unless_all_loaded(built: Path, results: dict) -> None:
    started = min(
        (timing["started_at"] for result in results["results"] for timing in result["timing"]),
        default=results["metadata"]["generated_at"],
    )
    built_at = datetime.fromisoformat(started.replace("Z", "+00:00"))
    with duckdb.connect(str(built)) as database:
        # Whatever a killed process left in the log becomes part of the file.
        database.execute("checkpoint")
        (loaded_at,) = database.execute("select max(loaded_at_utc) from raw.source").fetchone()
        (stopped,) = database.execute(
            "select max(since_utc) from history.unfinished"
        ).fetchone()
    if stopped:
        raise PublishError(
            f"Expected the whole history; the run that began at {stopped:%Y-%m-%d %H:%M:%S} UTC "
            "was stopped. Run `make history` with the same SOURCE again: it goes on from there."
        )
    if built_at < loaded_at.replace(tzinfo=timezone.utc):
        raise PublishError(
            f"Expected a build newer than the data; the data was loaded at {loaded_at} UTC, "
            f"the build started at {built_at:%Y-%m-%d %H:%M:%S} UTC. Run `dbt build` again."
        )


def _finish_history(staged: Path) -> None:
    """Add the questions about any hour, and leave out the rows a moment was built from.

    Looking back (`AS_OF`) the history is cut off at the moment and no copy of any file; what
    was made of it is published, the rest is not.
    """
    with duckdb.connect(str(staged)) as database:
        (looks_back,) = database.execute(
            "select max(as_of_utc) is not null from raw.source"
        ).fetchone()
        if looks_back:
            database.execute(
                """
                drop view intermediate.int_history_stays;
                drop schema staging cascade;
                drop schema history cascade;
                drop table raw.catalogue;
                drop table raw.rankings;
                drop table raw.outcomes;
                checkpoint;
                """
            )
        else:
            create_questions(database)


def _forget_own_folders(staged: Path) -> None:
    """Whoever is sent the file need not know the folders of whoever made it."""
    with duckdb.connect(str(staged)) as database:
        database.execute(
            "update raw.source set source = 'a local copy' where source not like 'http%'"
        )


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
