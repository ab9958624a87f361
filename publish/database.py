"""The database of a release: what this project's manifest names, and nothing else.

Rows are copied; views and macros are made from this project's own SQL and never from what the
build database says they are. No view names its database, so anyone who has the file may give it
another name, or attach it under one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from ingest.database import create_history, create_raw, transaction
from ingest.source import public_source
from league.paths import literal
from league.rows import only_row
from publish import PublishError
from publish.proof import refuse_unless_passed
from publish.release import DATABASE
from publish.tables import schema_version

# Questions about any hour. They need schema `history`, which is there without any history too,
# and int_history_identities, which says who is meant where a file has no UserId.
QUESTIONS = Path(__file__).with_name("questions.sql")
# No connection loads code from elsewhere.
OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# Version of the data: the day of the newest result in it, and the archive's commit. Version of
# the tables: what dbt_project.yml says. All other outputs read both here.
VERSIONS = """
    (select coalesce(strftime(max(submitted_at_utc), '%Y.%m.%d'), '0') || '+'
        from built.main.race_results)
    || (select coalesce(left(ref, 10),
            case source when 'a local copy' then 'local-copy' else 'mirror' end)
        from (select ref, getvariable('public_source') as source from built.raw.source))
    as data_version,
    getvariable('schema_version') as schema_version
"""
# What a user may be sent without a word about folders or passwords. The rest is not even
# copied: a row that is changed later stays in the file, out of use.
COLUMNS = {
    "build.proof": f"build_id, built_at_utc, content, not_passed, {VERSIONS}",
    "raw.source": "getvariable('public_source') as source, ref, loaded_at_utc, as_of_utc",
}


def open_published(database: Path, folder: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection whose SQL reads and writes no other file, but those in `folder`."""
    opened = duckdb.connect(str(database), read_only=True, config=OFFLINE)
    if folder:
        # Named as it is, and as the pattern that means it.
        opened.execute("set allowed_directories = ?", [[str(folder), literal(folder)]])
    opened.execute("set enable_external_access = false")
    return opened


def refuse_unless_complete(data: Path) -> None:
    """Raise PublishError unless all of the build of `data` passed, of the data as it is."""
    built = data / "build" / DATABASE
    if not built.is_file():
        raise PublishError(
            f"Expected a build at {built}, found none. Run `make winners`, or "
            "`python -m ingest` and `dbt build`."
        )
    with duckdb.connect(str(built), config=OFFLINE) as database:
        # Whatever a killed process left in the log becomes part of the file.
        database.execute("checkpoint")
        refuse_unless_passed(database)
        (stopped,) = only_row(database, "select max(since_utc) from history.unfinished")
        if stopped:
            raise PublishError(
                "Expected the complete history; the run that began at "
                f"{stopped:%Y-%m-%d %H:%M:%S} UTC was stopped. Run `make history` with the "
                "same SOURCE again: it goes on from there."
            )


def write_database(data: Path, target: Path, folder: Path) -> Path:
    """Write the build of `data`, which passed, into `folder` as it is published.

    Looking back (`AS_OF`) the history is cut off at the moment and no copy of any file; what
    was made of it is published, the rest is not.

    target: dbt's target folder, which says which tables there are and holds the SQL of views.

    Raises PublishError where a view has no SQL there.
    """
    manifest = read_artifact(target / "manifest.json")
    nodes = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }
    built = data / "build" / DATABASE
    with open_published(built) as opened:
        source, looks_back = only_row(
            opened, "select source, as_of_utc is not null from raw.source"
        )
    if looks_back:
        nodes = {name: node for name, node in nodes.items() if not _is_view(node)}
    views = [nodes[name] for name in _in_order(nodes) if _is_view(nodes[name])]
    with duckdb.connect(str(folder / DATABASE), config=OFFLINE) as database:
        # Two threads take half as long again of the processor, to be done no sooner.
        database.execute("set threads = 1")
        if not looks_back:
            create_history(database)
        database.execute(f"attach '{quoted(built)}' as built (read_only)")
        # From here on no SQL in either database reads or writes any other file.
        database.execute("set enable_external_access = false")
        database.execute("set variable public_source = ?", [public_source(source)])
        database.execute("set variable schema_version = ?", [schema_version(manifest)])
        with transaction(database):
            for schema in sorted(
                {"build", "raw", *(node["schema"] for node in nodes.values())}
            ):
                database.execute(f'create schema if not exists "{schema}"')
            _copy_tables(database, nodes.values(), looks_back)
            for node in views:
                database.execute(f"create view {_name(node)} as {_view_sql(node, target)}")
            for node in nodes.values():
                database.execute(_comments(node))
            if not looks_back:
                create_raw(database)
                database.execute(QUESTIONS.read_text(encoding="utf-8"))
        database.execute("detach built")
    return folder / DATABASE


def _copy_tables(
    database: duckdb.DuckDBPyConnection, nodes: Iterable[dict], looks_back: bool
) -> None:
    tables = [_name(node) for node in nodes if not _is_view(node)]
    raw = ["source"] if looks_back else ["catalogue", "rankings", "outcomes", "source"]
    tables += ['"build"."proof"', *(f'"raw"."{table}"' for table in raw)]
    for table in tables:
        columns = COLUMNS.get(table.replace('"', ""), "*")
        database.execute(f"create table {table} as select {columns} from built.{table}")
    for (table,) in database.execute(
        "select table_name from duckdb_tables() "
        "where database_name = current_database() and schema_name = 'history'"
    ).fetchall():
        database.execute(f"insert into history.{table} from built.history.{table}")


def _is_view(node: dict) -> bool:
    return node["config"]["materialized"] == "view"


def _name(node: dict) -> str:
    return f'"{node["schema"]}"."{node["alias"]}"'


def _in_order(nodes: dict[str, dict]) -> Iterable[str]:
    """The names of these nodes, each behind those it reads."""
    reads = {
        name: set(node["depends_on"].get("nodes", [])) & set(nodes)
        for name, node in nodes.items()
    }
    return TopologicalSorter(reads).static_order()


def _view_sql(node: dict, target: Path) -> str:
    """The SQL of a view as dbt compiled it, without the name of the database.

    dbt writes "league"."raw"."rankings", which a copy called `league (1).duckdb` does not have.
    """
    file = target / "compiled" / node["package_name"] / node["original_file_path"]
    if not file.is_file():
        raise PublishError(
            f"Expected the SQL of {_name(node)} at {file}, found nothing. Run `dbt build` again."
        )
    return file.read_text(encoding="utf-8").replace(f'"{node["database"]}".', "")


def _comments(node: dict) -> str:
    """Statements that give a table or view, and its columns, their descriptions."""
    kind = "view" if _is_view(node) else "table"
    described = {f"{kind} {_name(node)}": node["description"]}
    for column in node["columns"].values():
        described[f'column {_name(node)}."{column["name"]}"'] = column["description"]
    return "".join(
        f"comment on {what} is '{quoted(words)}';"
        for what, words in described.items()
        if words
    )


def quoted(text: object) -> str:
    return str(text).replace("'", "''")


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
