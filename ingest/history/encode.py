"""Files of one board to rows.

Every row text gets a number, so that a snapshot is an array of numbers and comparing two is
quick. The 63 million rows of the archive go through `_number_plain`, which is where the speed
is: per line one C call takes the expected rank out and one dictionary look-up finds the number.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import compress, repeat
from operator import ne
from typing import NamedTuple

import numpy as np

from ingest.errors import BadFile
from ingest.history.snapshot import (
    Board,
    Header,
    Snapshot,
    SnapshotFile,
    check_text,
    csv_line,
    find_rank_runs,
    parse_header,
    parse_quoted,
    plain_ranks,
    split_at_rank,
    split_rank,
    write_body,
)
from ingest.source import MAX_LINE_BYTES

HEADER = -1  # in the place of a text's number


class ParsedFile(NamedTuple):
    """One file: the numbers of its row texts in order; no `ranks` if they are 1, 2, 3 …, or
    there is no Rank; `header` None for an empty file."""

    header: Header | None
    numbers: np.ndarray
    ranks: list[bytes]
    crlf: bool
    final_newline: bool


@dataclass
class RowTexts:
    """Every row text seen on the board, numbered.

    headers: parsed, by line. known: number of a text, by the columns of its header.
    plain: number of a line without its rank, by header and marker (see `_without_rank`).
    repeats: number of the second, third … of equal rows in a snapshot.
    previous: header, lines and numbers of the last file that `_number_plain` read.
    """

    by_number: list[bytes] = field(default_factory=list)
    headers: dict[bytes, Header] = field(default_factory=dict)
    known: dict[tuple[str, ...], dict[bytes, int]] = field(default_factory=dict)
    plain: dict[tuple[Header, bytes | None], dict[bytes, int]] = field(default_factory=dict)
    repeats: dict[tuple[int, int], int] = field(default_factory=dict)
    previous: tuple[Header, list[bytes], np.ndarray] | None = None
    affixes_of: tuple[bytes, list[bytes]] = (b"", [])

    def known_under(self, header: Header) -> dict[bytes, int]:
        """The numbers of the texts with these columns. The header itself is none of them: a
        file that has it among its rows is two files in one, or a page that was read twice."""
        columns = header.columns
        if columns not in self.known:
            itself = {csv_line(columns).encode(): HEADER}
            self.known[columns] = itself if len(columns) > 2 else {}
        return self.known[columns]

    def number(self, known: dict[bytes, int], text: bytes, line: int) -> int:
        """The text's number, a new one if it is new. Raises BadFile for a text that cannot be
        kept."""
        number = known.get(text)
        if number is None:
            if len(text) > MAX_LINE_BYTES:
                found = f"{len(text):,} in line {line}"
                raise BadFile(f"rows of at most {MAX_LINE_BYTES:,} bytes", found)
            number = known[text] = len(self.by_number)
            self.by_number.append(text)
        elif number == HEADER:
            raise BadFile("the header once", f"it again in line {line}")
        return number

    def affixes(self, pattern: bytes, count: int) -> list[bytes]:
        """[pattern % 1, pattern % 2, …], at least `count`; the last pattern is kept."""
        if self.affixes_of[0] != pattern or len(self.affixes_of[1]) < count:
            made = [pattern % rank for rank in range(1, 2 * count + 1)]
            self.affixes_of = (pattern, made)
        return self.affixes_of[1]

    def number_repeats(self, numbers: np.ndarray) -> np.ndarray:
        """Give the second, third … equal row of one snapshot numbers of their own."""
        last_seen = np.empty(len(self.by_number), np.int64)
        at = np.arange(len(numbers))
        last_seen[numbers] = at
        if (last_seen[numbers] == at).all():
            return numbers
        numbers = numbers.copy()
        seen: dict[int, int] = {}
        for row, number in enumerate(numbers.tolist()):
            times = seen[number] = seen.get(number, -1) + 1
            if times:
                key = (number, times)
                if key not in self.repeats:
                    self.repeats[key] = len(self.by_number)
                    self.by_number.append(self.by_number[number])
                numbers[row] = self.repeats[key]
        return numbers


def encode(files: Iterable[tuple[SnapshotFile, bytes]]) -> Board:
    """Rows of one board from its files and their contents, in order of time. A file that has a
    message, or is no snapshot, leaves a row of `history.file` and no other.

    The result is a function of the set of files: loaded in any pieces and order, they give the
    same rows as long as the last call has all of them.
    """
    board, texts, versions = Board(), RowTexts(), RowVersions()
    git_blob: str | None = None
    for file, body in files:
        number = len(board.snapshots) + 1
        outcome, message = "unchanged", file.message
        if not message and file.git_blob != git_blob:
            try:
                parsed = _parse(texts, body)
            except BadFile as issue:
                message = str(issue)
            else:
                versions.add_snapshot(number, texts.number_repeats(parsed.numbers))
                snapshot = _snapshot(number, file, body, texts, parsed)
                runs = find_rank_runs(number, parsed.ranks)
                git_blob, outcome = file.git_blob, "loaded"
        if message:
            outcome = "quarantined"
        else:
            outcome = outcome if body.strip() else "empty"
            snapshot = snapshot._replace(snapshot_no=number, snapshot_at=file.snapshot_at)
            board.snapshots.append(snapshot)
            board.rank_runs += [run._replace(snapshot_no=number) for run in runs]
        board.files.append(file._replace(outcome=outcome, message=message))
    for text, valid_from, valid_to in versions.in_order(len(board.snapshots)):
        board.valid_from.append(valid_from)
        board.valid_to.append(valid_to)
        board.texts.append(texts.by_number[text])
    return board


def _snapshot(
    number: int, file: SnapshotFile, body: bytes, texts: RowTexts, parsed: ParsedFile
) -> Snapshot:
    header = parsed.header
    is_simple = header and b'"' not in body and b"\r" not in body
    return Snapshot(
        number,
        file.snapshot_at,
        header.line if header else "",
        header is not None and header.rank_at is not None,
        len(parsed.numbers),
        parsed.crlf,
        parsed.final_newline,
        None if is_simple else _unless_rebuilt(body, texts, parsed),
    )


def _unless_rebuilt(body: bytes, texts: RowTexts, parsed: ParsedFile) -> bytes | None:
    """The file itself, packed, if its cells alone would not give it back byte for byte."""
    header = parsed.header
    if header is None:
        rebuilt = b"\n" if parsed.final_newline else b""
    else:
        heads, tails = [texts.by_number[number] for number in parsed.numbers.tolist()], []
        if header.rank_at is not None:
            halves = [split_at_rank(header, text) for text in heads]
            heads, tails = [half[0] for half in halves], [half[1] for half in halves]
        ranks = parsed.ranks or plain_ranks(len(heads))
        rebuilt = write_body(header, heads, tails, ranks, parsed.crlf, parsed.final_newline)
    return None if rebuilt == body else zlib.compress(body, 9)


def _parse(texts: RowTexts, body: bytes) -> ParsedFile:
    """Raises BadFile."""
    if not body.strip():
        return ParsedFile(None, np.empty(0, np.int64), [], False, body == b"\n")
    check_text(body)
    final_newline = body.endswith(b"\n")
    if b'"' in body or b"\r" in body:
        header, row_texts, ranks, crlf = parse_quoted(body)
    else:
        crlf = False
        lines = body.split(b"\n")
        if final_newline:
            lines.pop()
        first = lines.pop(0)
        if first not in texts.headers:
            texts.headers[first] = parse_header(first.decode())
        header = texts.headers[first]
        numbers = _number_plain(texts, header, lines)
        if numbers is not None:
            return ParsedFile(header, numbers, [], crlf, final_newline)
        rows = [split_rank(header, line, number) for number, line in enumerate(lines, 2)]
        row_texts = [text for text, _ in rows]
        ranks = [rank for _, rank in rows if rank is not None]
    known = texts.known_under(header)
    numbers = np.array(
        [texts.number(known, text, line) for line, text in enumerate(row_texts, 2)], np.int64
    )
    return ParsedFile(header, numbers, ranks, crlf, final_newline)


def _number_plain(texts: RowTexts, header: Header, lines: list[bytes]) -> np.ndarray | None:
    """Numbers of the lines' texts if their ranks count up from 1 as nearly always, else None.

    A line with another rank stays as it is, has a field too many, and is so not found among
    the texts.
    """
    if not lines:
        return np.empty(0, np.int64)
    if len(header.names) == 1:
        return None
    numbers, changed = _compare_with_previous(texts, header, lines)
    without_rank = _without_rank(texts, header, lines, changed.tobytes())
    if without_rank is None:
        return None
    found, marker = without_rank
    plain = texts.plain.setdefault((header, marker), {})
    left = np.count_nonzero(changed)
    numbers[changed] = np.fromiter(map(plain.get, found, repeat(-1)), np.int64, left)
    known = texts.known_under(header)
    for row in np.flatnonzero(numbers < 0).tolist():
        text, rank = split_rank(header, lines[row], row + 2)
        if rank is not None and rank != b"%d" % (row + 1):
            return None
        numbers[row] = texts.number(known, text, row + 2)
        if marker is None or _is_found_by(marker, header, text):
            plain[text] = numbers[row]
    texts.previous = (header, lines, numbers)
    return numbers


def _compare_with_previous(
    texts: RowTexts, header: Header, lines: list[bytes]
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the lines that stand where they stood in the snapshot before (about half do;
    comparing is a third of the price of a look-up), -1 for the others; and which those are."""
    numbers = np.full(len(lines), -1, np.int64)
    changed = np.ones(len(lines), bool)
    if texts.previous and texts.previous[0] == header:
        _, lines_before, numbers_before = texts.previous
        both = min(len(lines), len(lines_before))
        changed[:both] = np.fromiter(map(ne, lines, lines_before), bool, both)
        numbers[:both] = numbers_before[:both]
        numbers[changed] = -1
    return numbers, changed


def _without_rank(
    texts: RowTexts, header: Header, lines: list[bytes], chosen: bytes
) -> tuple[Iterator[bytes], bytes | None] | None:
    """The chosen lines without the ranks 1, 2, 3 …, and the marker that was used.

    Where Rank has neighbours on both sides it is found by the cell behind it, the marker
    (`SUCCESS`). None where the first line has no marker.
    """
    count, at, last = len(lines), header.rank_at, len(header.names) - 1
    rows: Iterator[bytes] = compress(lines, chosen)
    if at is None:
        return rows, None
    if at == 0:
        affixes = compress(texts.affixes(b"%d,", count), chosen)
        return map(bytes.removeprefix, rows, affixes), None
    cells = lines[0].split(b",")
    if at + 1 >= last or len(cells) <= last or b"%" in cells[at + 1]:
        return None
    marker = cells[at + 1]
    around = b"," + marker + b","
    expected = compress(texts.affixes(b",%d" + around, count), chosen)
    return map(bytes.replace, rows, expected, repeat(around), repeat(1)), marker


def _is_found_by(marker: bytes, header: Header, text: bytes) -> bool:
    """Whether the marker occurs once in the text, in its column: otherwise a number elsewhere
    could be taken for Rank."""
    assert header.rank_at is not None
    cells = text.split(b",")
    return cells[header.rank_at] == marker and cells.count(marker) == 1


@dataclass
class RowVersions:
    """The row versions of a board so far, one list per column, and their order of position as
    a linked list: `next[version]` is the one below, -1 the end. Version 0 is only the head of
    that list.

    open: text -> its version that is valid in the last snapshot.
    rows: the texts' numbers in the last snapshot, in order. on_board: whether a text is in it.
    """

    text: list[int] = field(default_factory=lambda: [-1])
    valid_from: list[int] = field(default_factory=lambda: [0])
    valid_to: list[int] = field(default_factory=lambda: [0])
    next: list[int] = field(default_factory=lambda: [-1])
    open: dict[int, int] = field(default_factory=dict)
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    on_board: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def add_snapshot(self, number: int, rows: np.ndarray) -> None:
        """Add the next snapshot: its texts' numbers, all different, in order."""
        known = len(self.on_board)
        size = max(known, int(rows.max()) + 1) if len(rows) else known
        before = np.concatenate([self.on_board, np.zeros(size - known, bool)])
        kept = np.zeros(size, bool)
        kept[rows] = True
        kept &= before
        order_before, order_now = self.rows[kept[self.rows]], rows[kept[rows]]
        if not np.array_equal(order_before, order_now):
            kept[order_now[~in_common_order(order_before, order_now)]] = False
        for text in self.rows[~kept[self.rows]].tolist():
            self.valid_to[self.open.pop(text)] = number - 1
        for row in np.flatnonzero(~kept[rows]).tolist():
            above = self.open[int(rows[row - 1])] if row else 0
            self._insert(number, int(rows[row]), above)
        self.rows, self.on_board = rows, kept
        self.on_board[rows] = True

    def _insert(self, number: int, text: int, above: int) -> None:
        self.open[text] = len(self.text)
        self.text.append(text)
        self.valid_from.append(number)
        self.valid_to.append(0)
        self.next.append(self.next[above])
        self.next[above] = self.open[text]

    def in_order(self, snapshots: int) -> Iterator[tuple[int, int, int]]:
        """(text, valid_from, valid_to) of every row version, top to bottom, once all
        `snapshots` are added."""
        at = self.next[0]
        while at != -1:
            yield self.text[at], self.valid_from[at], self.valid_to[at] or snapshots
            at = self.next[at]


def in_common_order(before: np.ndarray, since: np.ndarray) -> np.ndarray:
    """Which elements of `since` can keep their position: a longest run of them that stands in
    the same order in `before` (both hold the same elements). Boolean, one per element."""
    index = np.empty(int(before.max()) + 1, np.int64)
    index[before] = np.arange(len(before))
    order = index[since].tolist()
    tails: list[int] = []  # smallest possible last value of an increasing run, per length
    ends: list[int] = []
    back = array("q", [-1]) * len(order)
    for at, value in enumerate(order):
        length = bisect_left(tails, value)
        if length == len(tails):
            tails.append(value)
            ends.append(at)
        else:
            tails[length], ends[length] = value, at
        back[at] = ends[length - 1] if length else -1
    keeps = np.zeros(len(order), bool)
    at = ends[-1] if ends else -1
    while at != -1:
        keeps[at] = True
        at = back[at]
    return keeps
