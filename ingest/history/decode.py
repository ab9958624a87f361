"""Rows of one board back to its files, byte for byte."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np

from ingest.history.board import Board, Snapshot
from ingest.history.body import split_at_rank, write_body
from ingest.history.header import read_shape
from ingest.history.ranks import RankRun, write_ranks


def decode(board: Board) -> Iterator[tuple[Snapshot, bytes]]:
    """Every snapshot with its file's bytes, in order of time."""
    first, last = np.array(board.first, np.int64), np.array(board.last, np.int64)
    heads = np.empty(len(first), object)
    tails = np.empty(len(first), object)
    shown = np.zeros(len(first), bool)
    starts, ends = _by_snapshot(first), _by_snapshot(last)
    runs: dict[int, list[RankRun]] = {}
    for run in board.rank_runs:
        runs.setdefault(run.snapshot, []).append(run)
    shape = None
    for snapshot in board.snapshots:
        shown[ends.get(snapshot.number - 1, [])] = False
        new = starts.get(snapshot.number, [])
        shown[new] = True
        if not snapshot.header:
            body = b"\n" if snapshot.final_newline else b""
        else:
            if shape is None or shape.header != snapshot.header:
                shape = read_shape(snapshot.header)
                new = np.flatnonzero(shown).tolist()
            for stay in new:
                if shape.rank_at is None:
                    heads[stay] = board.texts[stay]
                else:
                    heads[stay], tails[stay] = split_at_rank(shape, board.texts[stay])
            at = np.flatnonzero(shown)
            body = write_body(
                shape,
                heads[at].tolist(),
                tails[at].tolist(),
                write_ranks(len(at), runs.get(snapshot.number, [])),
                snapshot.crlf,
                snapshot.final_newline,
            )
        yield snapshot, zlib.decompress(snapshot.as_written) if snapshot.as_written else body


def _by_snapshot(numbers: np.ndarray) -> dict[int, list[int]]:
    """Indexes by the number found there."""
    found: dict[int, list[int]] = {}
    for index, number in enumerate(numbers.tolist()):
        found.setdefault(number, []).append(index)
    return found
