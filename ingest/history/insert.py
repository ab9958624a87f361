"""Put one board's spooled rows into the database, in one transaction."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingest.history.header import KNOWN_COLUMNS
from ingest.history.plan import BoardPlan
from ingest.history.spool import NULL, Spooled
from ingest.transaction import transaction

# Table -> the columns of its spooled file (name -> type), and what becomes of them.
_TABLES = {
    "file": (
        {
            "file_name": "varchar",
            "outcome": "varchar",
            "bytes": "bigint",
            "git_blob": "varchar",
            "message": "varchar",
        },
        "file_name, outcome, bytes, unhex(git_blob), message",
    ),
    "file_time": (
        {"file_name": "varchar", "changed_ns": "bigint"},
        "file_name, changed_ns",
    ),
    "snapshot": (
        {
            "no": "int",
            "moment": "varchar",
            "header": "varchar",
            "has_rank": "bool",
            "row_count": "int",
            "crlf": "bool",
            "final_newline": "bool",
        },
        (
            "no, strptime(moment, '%Y-%m-%dT%H:%M:%SZ'), header, has_rank, row_count, crlf, "
            "final_newline, null"
        ),
    ),
    "rank_run": (
        {"no": "int", "from_position": "int", "rank": "bigint", "rank_text": "varchar"},
        "no, from_position, rank, rank_text",
    ),
}


def insert_board(connection: duckdb.DuckDBPyConnection, spooled: Spooled) -> None:
    """Replace all rows of one board: all of them, or on any error none."""
    with transaction(connection):
        if spooled.replaces:
            for table in [*_TABLES, "version"]:
                connection.execute(
                    f"delete from history.{table} where leaderboard_arn = ?", [spooled.board]
                )
        for table, (columns, values) in _TABLES.items():
            path = spooled.folder / f"{table}.csv"
            _insert(connection, spooled.board, path, table, columns, values)
        for number, body in spooled.as_written.items():
            connection.execute(
                "update history.snapshot set as_written = ? "
                "where leaderboard_arn = ? and snapshot_no = ?",
                [body, spooled.board, number],
            )
        for names, path in spooled.versions:
            insert_versions(connection, spooled.board, names, path)


def insert_versions(
    connection: duckdb.DuckDBPyConnection, board: str, names: tuple[str, ...], path: Path
) -> None:
    """Append versions whose texts have these columns."""
    columns = {"first": "int", "last": "int", "place": "int"}
    columns |= {f"c{number}": "varchar" for number in range(len(names))}
    at = {name: f"c{number}" for number, name in enumerate(names)}
    if not names:
        columns["nothing"] = "varchar"
    cells = [at.get(name, "null") for name in KNOWN_COLUMNS]
    other = [name for name in names if name not in KNOWN_COLUMNS]
    if other:
        pairs = ", ".join(f"{_literal(name)}, {at[name]}" for name in other)
        cells.append(f"json_object({pairs})::varchar")
    else:
        cells.append("null")
    values = ", ".join(["first", "last", "place", *cells])
    _insert(connection, board, path, "version", columns, values)


def note_times(connection: duckdb.DuckDBPyConnection, plans: list[BoardPlan]) -> None:
    """Remember when the files of these boards were changed; their content is the same."""
    with transaction(connection):
        for plan in plans:
            connection.execute(
                "delete from history.file_time where leaderboard_arn = ?", [plan.board]
            )
            connection.execute(
                "insert into history.file_time select ?, unnest(?::varchar[]), "
                "unnest(?::bigint[])",
                [plan.board, list(plan.times), list(plan.times.values())],
            )


def _insert(
    connection: duckdb.DuckDBPyConnection,
    board: str,
    path: Path,
    table: str,
    columns: dict[str, str],
    values: str,
) -> None:
    """Append `values` over the columns (name -> type) of a spooled CSV file."""
    if not path.stat().st_size:
        return
    connection.execute(
        f"""
        insert into history.{table}
        select ?, {values}
        from read_csv(
            ?, columns = {columns}, auto_detect = false, header = false, delim = ',',
            quote = '"', escape = '"', comment = '', new_line = '\\n', nullstr = ?,
            allow_quoted_nulls = false, parallel = false, max_line_size = 8000000
        )
        """,
        [board, str(path), NULL],
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
