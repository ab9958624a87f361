"""Files of one board to rows."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from ingest.history.board import Board, Outcome, Snapshot, SnapshotFile
from ingest.history.body import split_at_rank, write_body
from ingest.history.cut import Cut, Texts, cut_body, cut_empty
from ingest.history.errors import NotASnapshot
from ingest.history.header import Shape, read_shape
from ingest.history.ranks import RankRun, find_runs, plain_ranks
from ingest.history.stays import Stays


def encode(files: Iterable[SnapshotFile]) -> Board:
    """Rows of one board from its files in order of time. A file that is no snapshot leaves an
    outcome and no rows.

    The result is a function of the set of files: whoever loads them in whatever pieces and
    calls this with all of them gets the same rows.
    """
    board, texts, stays = Board(), Texts(), Stays()
    shapes: dict[bytes, Shape] = {}
    blob: bytes | None = None
    runs: list[RankRun] = []
    for file in files:
        number = len(board.snapshots) + 1
        is_empty = not file.body or file.body.isspace()
        outcome, message = "empty" if is_empty else "loaded", None
        if file.blob == blob:
            outcome = outcome if is_empty else "unchanged"
            runs = [run._replace(snapshot=number) for run in runs]
            snapshot = board.snapshots[-1]._replace(number=number, moment=file.moment)
            board.snapshots.append(snapshot)
            board.rank_runs += runs
        else:
            try:
                cut = cut_empty(file.body) if is_empty else cut_body(texts, shapes, file.body)
            except NotASnapshot as error:
                outcome, message = "quarantined", str(error)
            else:
                blob = file.blob
                runs = find_runs(number, cut.ranks) if cut.ranks else []
                stays.show(number, texts.tell_repeats_apart(cut.numbers))
                board.snapshots.append(_snapshot(number, file, texts, cut))
                board.rank_runs += runs
        board.outcomes.append(
            Outcome(f"{file.moment}.csv", outcome, len(file.body), file.blob, message)
        )
    for text, first, last in stays.in_order(len(board.snapshots)):
        board.first.append(first)
        board.last.append(last)
        board.texts.append(texts.by_number[text])
    return board


def _snapshot(number: int, file: SnapshotFile, texts: Texts, cut: Cut) -> Snapshot:
    is_simple = cut.header and b'"' not in file.body and b"\r" not in file.body
    return Snapshot(
        number,
        file.moment,
        cut.header,
        len(cut.numbers),
        cut.crlf,
        cut.final_newline,
        None if is_simple else _unless_rebuilt(file.body, texts, cut),
    )


def _unless_rebuilt(body: bytes, texts: Texts, cut: Cut) -> bytes | None:
    """The file itself, packed, if its cells alone would not give it back byte for byte."""
    if not cut.header:
        rebuilt = b"\n" if cut.final_newline else b""
    else:
        shape = read_shape(cut.header)
        row_texts = [texts.by_number[number] for number in cut.numbers.tolist()]
        heads, tails = row_texts, []
        if shape.rank_at is not None:
            halves = [split_at_rank(shape, text) for text in row_texts]
            heads, tails = [half[0] for half in halves], [half[1] for half in halves]
        ranks = cut.ranks or plain_ranks(len(row_texts))
        rebuilt = write_body(shape, heads, tails, ranks, cut.crlf, cut.final_newline)
    return None if rebuilt == body else zlib.compress(body, 9)
