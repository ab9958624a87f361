"""Insert one board's rows, by way of CSV files: DuckDB reads them faster than Python can pass
objects, and the text of a row is CSV already."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence

import duckdb

from ingest.database import sql_text, transaction
from ingest.history.snapshot import KNOWN_COLUMNS, Board, csv_line

NULL = "\0"  # the one sign that no cell holds: files with it are quarantined


def insert_board(connection: duckdb.DuckDBPyConnection, arn: str, board: Board) -> None:
    """Replace all rows of one board: all of them, or on any error none."""
    rows: dict[str, Sequence[tuple]] = {
        "file": board.files,
        "snapshot": board.snapshots,
        "rank_run": board.rank_runs,
    }
    with transaction(connection):
        for table in (*rows, "row_version"):
            connection.execute(f"delete from history.{table} where leaderboard_arn = ?", [arn])
        for table, found in rows.items():
            described = connection.execute(f"describe history.{table}").fetchall()
            columns = {name: kind for name, kind, *_ in described if name != "leaderboard_arn"}
            lines = "".join(csv_line(map(_cell, row)) + "\n" for row in found)
            _insert(connection, arn, table, columns, lines.encode())
        for names, texts in _texts_by_columns(board).items():
            insert_row_versions(connection, arn, names, texts)


def _cell(value: object) -> str:
    """As DuckDB reads it."""
    if isinstance(value, bytes):
        return "".join(f"\\x{byte:02x}" for byte in value)
    return NULL if value is None else str(value)


def _texts_by_columns(board: Board) -> dict[tuple[str, ...], list[bytes]]:
    """Row versions by the columns they have: valid_from, valid_to, position and the text."""
    columns = board.columns()
    lines: dict[tuple[str, ...], list[bytes]] = defaultdict(list)
    for position, (valid_from, valid_to, text) in enumerate(
        zip(board.valid_from, board.valid_to, board.texts, strict=True), 1
    ):
        names = columns[board.snapshots[valid_from - 1].header]
        lines[names].append(b"%d,%d,%d,%b\n" % (valid_from, valid_to, position, text))
    return lines


def insert_row_versions(
    connection: duckdb.DuckDBPyConnection, arn: str, names: tuple[str, ...], lines: list[bytes]
) -> None:
    """Append row versions whose texts have these columns, by upstream's names."""
    columns = dict.fromkeys(("valid_from", "valid_to", "position"), "integer")
    # A text without a column is still a cell.
    by_column = {
        KNOWN_COLUMNS.get(name, f"other_{number}"): name
        for number, name in enumerate(names or ("",))
    }
    columns |= dict.fromkeys(by_column, "varchar")
    other = {column: name for column, name in by_column.items() if name not in KNOWN_COLUMNS}
    values = f"* exclude ({', '.join(other)})" if other else "*"
    if other and names:
        pairs = ", ".join(f"{sql_text(name)}, {column}" for column, name in other.items())
        values += f", json_object({pairs})::varchar as other_columns"
    _insert(connection, arn, "row_version", columns, b"".join(lines), values)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    arn: str,
    table: str,
    columns: dict[str, str],
    lines: bytes,
    values: str = "*",
) -> None:
    """Append `values` over the columns (name -> type) of CSV lines."""
    if not lines:
        return
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(lines)
        file.flush()
        connection.execute(
            f"""
            insert into history.{table} by name
            select $arn as leaderboard_arn, {values}
            from read_csv(
                $path, columns = {columns}, auto_detect = false, header = false, delim = ',',
                quote = '"', escape = '"', comment = '', new_line = '\\n', nullstr = $null,
                allow_quoted_nulls = false, parallel = false, max_line_size = 8000000
            )
            """,
            {"arn": arn, "path": file.name, "null": NULL},
        )
