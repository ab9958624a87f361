"""All that a run leaves in a folder of data, so that two runs can be compared."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import duckdb

# The moment of building is given by SOURCE_DATE_EPOCH; these say when files were looked for.
MOMENTS = {"loaded_at_utc", "checked_at_utc"}
# Of build.proof: the checksum of what is published, of which DuckDB's file is never the same.
PUBLISHED = "published"
# DuckDB gives every file an id of its own, and the page tells the file's checksum.
NEVER_THE_SAME = {"site/download/league.duckdb", "site/download.html"}
FOLDERS = ("parquet", "csv", "site")

Content = dict[str, str]


def of_database(path: Path) -> Content:
    """A checksum a table, a text a view; one entry that says why where it cannot be read."""
    if not path.exists():
        return {}
    try:
        with duckdb.connect(str(path), read_only=True) as opened:
            tables = opened.execute(
                "select schema_name, table_name, list(column_name order by column_index) "
                "from duckdb_columns() where not internal and table_name in "
                "(select table_name from duckdb_tables()) group by all"
            ).fetchall()
            found = {f"{s}.{t}": _of_table(opened, s, t, columns) for s, t, columns in tables}
            views = "select schema_name || '.' || view_name, sql from duckdb_views()"
            return found | dict(opened.execute(f"{views} where not internal").fetchall())
    except duckdb.Error as broken:
        return {"cannot be read": str(broken)}


def _of_table(
    opened: duckdb.DuckDBPyConnection, schema: str, table: str, columns: list[str]
) -> str:
    # A run that finds a file loaded already calls it unchanged.
    listed = ", ".join(
        f"replace({name}, 'unchanged', 'loaded')"
        if (schema, name) == ("raw", "outcome")
        else f'"{name}"'
        for name in columns
        if name not in {*MOMENTS, PUBLISHED}
    )
    rows = f'select row({listed})::varchar as line from "{schema}"."{table}"'
    (found,) = opened.execute(
        f"select count(*) || ' rows ' || md5(string_agg(line, chr(10) order by line)) "
        f"from ({rows})"
    ).fetchall()
    return str(found[0])


def of_folders(data: Path) -> Content:
    """A checksum a file of Parquet, CSV and site."""
    return {
        name: sha256(path.read_bytes()).hexdigest()
        for folder in FOLDERS
        for path in sorted((data / folder).rglob("*"))
        if path.is_file() and (name := str(path.relative_to(data))) not in NEVER_THE_SAME
    }


def of_data(data: Path) -> Content:
    """Both databases, the folders, and the names of all that lies about."""
    found = {f"published {k}": v for k, v in of_database(data / "league.duckdb").items()}
    built = of_database(data / "build/league.duckdb")
    found |= {f"built {table}": sum_ for table, sum_ in built.items()}
    found |= of_folders(data)
    for folder in (data, data / "build"):
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        found[f"what lies in {folder.relative_to(data)}"] = " ".join(names)
    return found


def difference(expected: Content, found: Content) -> str | None:
    """What is not the same, in words; None where all is."""
    names = sorted(n for n in expected | found if expected.get(n) != found.get(n))
    told = [f"{n}: {expected.get(n)} became {found.get(n)}" for n in names[:3]]
    return f"{len(names)} differ: {'; '.join(told)}" if names else None
