"""A board as the database holds it."""

from __future__ import annotations

import json

import duckdb

from ingest.history.board import Board, Outcome, Snapshot
from ingest.history.errors import Damaged, NotASnapshot
from ingest.history.header import KNOWN_COLUMNS, read_shape
from ingest.history.ranks import RankRun
from ingest.history.text import cells_text


def read_board(connection: duckdb.DuckDBPyConnection, board: str) -> Board | None:
    """A board's rows as `decode` takes them; None if the database has no file of it.

    Raises Damaged when the rows do not fit together.
    """

    def rows(query: str) -> list[tuple]:
        return connection.execute(query, [board]).fetchall()

    outcomes = rows(
        "select file_name, outcome, bytes, git_blob, message from history.file "
        "where leaderboard_arn = ? order by file_name"
    )
    if not outcomes:
        return None
    snapshots = rows(
        "select snapshot_no, strftime(snapshot_at, '%Y-%m-%dT%H:%M:%SZ'), header, row_count, "
        "crlf, final_newline, as_written from history.snapshot where leaderboard_arn = ? "
        "order by snapshot_no"
    )
    runs = rows(
        "select snapshot_no, from_position, rank, rank_text from history.rank_run "
        "where leaderboard_arn = ? order by all"
    )
    if [row[0] for row in snapshots] != list(range(1, len(snapshots) + 1)):
        raise Damaged(
            f"Expected snapshots of {board} numbered 1 to {len(snapshots)}, found others."
        )
    result = Board(
        [Outcome(*row) for row in outcomes],
        [Snapshot(*row) for row in snapshots],
        [RankRun(*row) for row in runs],
    )
    ours = ", ".join(KNOWN_COLUMNS.values())
    versions = rows(
        f"select first_snapshot, last_snapshot, {ours}, other_columns from history.version "
        "where leaderboard_arn = ? order by place"
    )
    _add_stays(result, board, versions)
    return result


def _add_stays(result: Board, board: str, versions: list[tuple]) -> None:
    """Each version's cells as a text again, in the order of the header they came with."""
    at = {name: number for number, name in enumerate(KNOWN_COLUMNS, 2)}
    try:
        columns = {
            header: [at.get(name, name) for name in read_shape(header).columns]
            for header in {snapshot.header for snapshot in result.snapshots}
            if header
        }
    except NotASnapshot as error:
        raise Damaged(f"Expected headers of {board} as loaded. {error}") from None
    for row in versions:
        try:
            names = columns[result.snapshots[row[0] - 1].header]
            other = json.loads(row[-1]) if row[-1] else {}
            text = cells_text(
                other[name] if isinstance(name, str) else row[name] for name in names
            )
        except (IndexError, KeyError, TypeError):
            raise Damaged(
                f"Expected a version of {board} as its snapshots have it, found {row}."
            ) from None
        result.first.append(row[0])
        result.last.append(row[1])
        result.texts.append(text)
