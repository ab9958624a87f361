"""Rows of one board back to its files, byte for byte."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator

import duckdb
import numpy as np

from ingest.errors import BadFile
from ingest.history.snapshot import (
    KNOWN_COLUMNS,
    Board,
    RankRun,
    Snapshot,
    SnapshotFile,
    csv_line,
    parse_header,
    split_at_rank,
    write_body,
    write_ranks,
)


def read_board(connection: duckdb.DuckDBPyConnection, arn: str) -> Board | None:
    """A board's rows; None if the database has no file of it.

    Raises BadFile when the rows do not fit together; loading never leaves such rows.
    """

    def rows(columns: tuple[str, ...], table: str, order: str) -> list[tuple]:
        return connection.execute(
            f"select {', '.join(columns)} from history.{table} where leaderboard_arn = ? "
            f"order by {order}",
            [arn],
        ).fetchall()

    files = [SnapshotFile(*row) for row in rows(SnapshotFile._fields, "file", "file_name")]
    if not files:
        return None
    times = "strftime(snapshot_at, '%Y-%m-%dT%H:%M:%SZ')"
    columns = tuple(name if name != "snapshot_at" else times for name in Snapshot._fields)
    snapshots = [Snapshot(*row) for row in rows(columns, "snapshot", "snapshot_no")]
    runs = [RankRun(*row) for row in rows(RankRun._fields, "rank_run", "all")]
    board = Board(files, snapshots, runs)
    columns = ("valid_from", "valid_to", *KNOWN_COLUMNS.values(), "other_columns")
    try:
        _add_row_versions(board, rows(columns, "row_version", "position"))
    except (BadFile, IndexError, KeyError, TypeError) as error:
        raise BadFile(
            f"row versions of {arn} as its snapshots have them", repr(error)
        ) from None
    return board


def _add_row_versions(board: Board, rows: list[tuple]) -> None:
    """Each version's cells as a text again, in the order of the header they came with."""
    at = {name: number for number, name in enumerate(KNOWN_COLUMNS, 2)}
    columns = {
        line: [at.get(name, name) for name in names] for line, names in board.columns().items()
    }
    for row in rows:
        other = json.loads(row[-1]) if row[-1] else {}
        names = columns[board.snapshots[row[0] - 1].header]
        cells = (other[name] if isinstance(name, str) else row[name] for name in names)
        board.valid_from.append(row[0])
        board.valid_to.append(row[1])
        board.texts.append(csv_line(cells).encode())


def decode(board: Board) -> Iterator[tuple[Snapshot, bytes]]:
    """Every snapshot with its file's bytes, in order of time."""
    heads = np.empty(len(board.texts), object)
    tails = np.empty(len(board.texts), object)
    valid = np.zeros(len(board.texts), bool)
    begins, ends, runs = defaultdict(list), defaultdict(list), defaultdict(list)
    for version, (first, last) in enumerate(
        zip(board.valid_from, board.valid_to, strict=True)
    ):
        begins[first].append(version)
        ends[last].append(version)
    for run in board.rank_runs:
        runs[run.snapshot_no].append(run)
    header = None
    for snapshot in board.snapshots:
        valid[ends[snapshot.snapshot_no - 1]] = False
        new = begins[snapshot.snapshot_no]
        valid[new] = True
        if not snapshot.header:
            body = b"\n" if snapshot.final_newline else b""
        else:
            if header is None or header.line != snapshot.header:
                header = parse_header(snapshot.header)
                new = np.flatnonzero(valid).tolist()
            for version in new:
                if header.rank_at is None:
                    heads[version] = board.texts[version]
                else:
                    halves = split_at_rank(header, board.texts[version])
                    heads[version], tails[version] = halves
            at = np.flatnonzero(valid)
            body = write_body(
                header,
                heads[at].tolist(),
                tails[at].tolist(),
                write_ranks(len(at), runs[snapshot.snapshot_no]),
                snapshot.crlf,
                snapshot.final_newline,
            )
        yield snapshot, zlib.decompress(snapshot.as_written) if snapshot.as_written else body
