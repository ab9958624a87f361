"""One board's rows on their way into the database: CSV files that DuckDB bulk-inserts.

DuckDB reads them faster than Python can pass objects, and another process can write them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.database import sql_text, transaction
from ingest.history.snapshot import KNOWN_COLUMNS, Board, csv_line, parse_header

NULL = "\0"  # the one sign that no cell holds: files with it are quarantined
TABLES = ("file", "snapshot", "rank_run", "row_version")


class StagedBoard(NamedTuple):
    """One board as CSV files in `folder`; those of its row versions by the columns they have.

    replaces: whether the database holds the board already. outcomes: counts the new files.
    """

    board: str
    folder: Path
    row_versions: dict[tuple[str, ...], Path]
    replaces: bool
    outcomes: Counter[str]


@contextmanager
def staging_folder(database: Path) -> Iterator[Path]:
    """A folder for staged boards, beside the database. What a killed run left there is removed;
    no other run uses it while this one holds the database."""
    folder = database.with_name(database.name + ".staging")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def stage_board(
    staging: Path, name: str, board: Board, replaces: bool, outcomes: Counter[str]
) -> StagedBoard:
    """Write the rows of one board into a folder of its own in `staging`."""
    folder = Path(tempfile.mkdtemp(dir=staging))
    _write(folder / "file.csv", board.outcomes)
    _write(folder / "snapshot.csv", board.snapshots)
    _write(folder / "rank_run.csv", board.rank_runs)
    return StagedBoard(name, folder, _write_row_versions(folder, board), replaces, outcomes)


def _write(path: Path, rows: Iterable[Iterable[object]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.writelines(csv_line(map(_cell, row)) + "\n" for row in rows)


def _cell(value: object) -> str:
    """As DuckDB reads it."""
    if isinstance(value, bytes):
        return "".join(f"\\x{byte:02x}" for byte in value)
    return NULL if value is None else str(value)


def _write_row_versions(folder: Path, board: Board) -> dict[tuple[str, ...], Path]:
    """The text of a row is CSV already: valid_from, valid_to and position go before it."""
    columns = {
        line: parse_header(line).columns
        for line in {snapshot.header for snapshot in board.snapshots}
        if line
    }
    lines: dict[tuple[str, ...], list[bytes]] = defaultdict(list)
    for position, (valid_from, valid_to, text) in enumerate(
        zip(board.valid_from, board.valid_to, board.texts, strict=True), 1
    ):
        names = columns[board.snapshots[valid_from - 1].header]
        lines[names].append(b"%d,%d,%d,%b\n" % (valid_from, valid_to, position, text))
    paths = {}
    for number, (names, found) in enumerate(lines.items()):
        paths[names] = folder / f"row_version_{number}.csv"
        paths[names].write_bytes(b"".join(found))
    return paths


def insert_board(connection: duckdb.DuckDBPyConnection, staged: StagedBoard) -> None:
    """Replace all rows of one board: all of them, or on any error none."""
    with transaction(connection):
        if staged.replaces:
            for table in TABLES:
                connection.execute(
                    f"delete from history.{table} where leaderboard_arn = ?", [staged.board]
                )
        for table in TABLES[:-1]:
            found = connection.execute(f"describe history.{table}").fetchall()
            columns = {name: kind for name, kind, *_ in found if name != "leaderboard_arn"}
            _insert(connection, staged, table, staged.folder / f"{table}.csv", columns, "*")
        for names, path in staged.row_versions.items():
            insert_row_versions(connection, staged, names, path)


def insert_row_versions(
    connection: duckdb.DuckDBPyConnection,
    staged: StagedBoard,
    names: tuple[str, ...],
    path: Path,
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
    _insert(connection, staged, "row_version", path, columns, values)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    staged: StagedBoard,
    table: str,
    path: Path,
    columns: dict[str, str],
    values: str,
) -> None:
    """Append `values` over the columns (name -> type) of a staged CSV file."""
    if not path.stat().st_size:
        return
    connection.execute(
        f"""
        insert into history.{table} by name
        select $board as leaderboard_arn, {values}
        from read_csv(
            $path, columns = {columns}, auto_detect = false, header = false, delim = ',',
            quote = '"', escape = '"', comment = '', new_line = '\\n', nullstr = $null,
            allow_quoted_nulls = false, parallel = false, max_line_size = 8000000
        )
        """,
        {"board": staged.board, "path": str(path), "null": NULL},
    )
