"""Snapshots of one board to rows of the history tables, and back. Pure: no files, no database.

The archive repeats itself: of 63 million rows in the hourly snapshots, 0.7 million differ
once `Rank` is left out. So a *version* is one row's text without its Rank, with the first
and last snapshot of an unbroken stay on the board, and a `place`: a number such that the
rows of every snapshot, sorted by `place`, stand in the order of the file. One order serves
all snapshots because racers who neither come nor go keep their order; the few that jump
end one stay and begin another. `Rank` is then the row's position, except where the file
says otherwise (pages read while the ranking moved: 1,926 files); those are written down
as *rank runs*: from this position on, count up from this rank.

Words: a *text* is a row's cells without Rank as minimally quoted CSV, UTF-8 bytes, no line
end. A *stay* is a version's place in the order. Positions and snapshot numbers count from 1.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import compress, repeat
from operator import ne
from typing import NamedTuple

import numpy as np

RANK = "Rank"
KNOWN_COLUMNS = {
    "UserId": "user_id",
    "Alias": "alias",
    "SubmissionTime": "submission_time",
    "LapCount": "lap_count",
    "AvgLapTime": "avg_lap_time",
    "BestLapTime": "best_lap_time",
    "TotalLapTime": "total_lap_time",
    "AvgResets": "avg_resets",
    "CollisionCount": "collision_count",
    "OffTrackCount": "off_track_count",
    "ResetCount": "reset_count",
    "SubmissionCount": "submission_count",
    "LeaderboardSubmissionStatusType": "leaderboard_submission_status_type",
    "RankingScore": "ranking_score",
    "RacingDivision": "racing_division",
    "TeamName": "team_name",
}
"""Upstream's column -> ours. Columns not named here are kept together in `other_columns`."""

LONGEST_TEXT = 1_000_000  # bytes; the longest real row has under 300


class Broken(ValueError):
    """A file that is not a snapshot; the message says what was expected, found, and where."""


class File(NamedTuple):
    """One snapshot file: its ISO time (`2021-10-20T12:00:00Z`), git blob SHA-1 and bytes."""

    moment: str
    blob: bytes
    body: bytes


class Outcome(NamedTuple):
    """What became of one file. `message` is None unless quarantined."""

    moment: str
    outcome: str
    size: int
    blob: bytes
    message: str | None


class Snapshot(NamedTuple):
    """One snapshot as a row; `as_written` is zlib-packed and only set where the rest of the
    row cannot give the file back byte for byte (unusual quoting)."""

    number: int
    moment: str
    header: str
    rows: int
    crlf: bool
    final_newline: bool
    as_written: bytes | None


class RankRun(NamedTuple):
    """From `position` on ranks count up from `rank`; where Rank is not a plain whole number
    `rank` is None and `rank_text` holds the cell (of that one row)."""

    snapshot: int
    position: int
    rank: int | None
    rank_text: str | None


@dataclass
class Board:
    """One board as rows. `first`, `last`, `place` and `texts` are parallel, sorted by place;
    the columns a text belongs to are those of its first snapshot's header."""

    outcomes: list[Outcome] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    rank_runs: list[RankRun] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)


def blob_id(body: bytes) -> bytes:
    """SHA-1 git gives a file of these bytes (20 bytes), so that rows can be compared with
    upstream's tree without its files."""
    digest = hashlib.sha1(b"blob %d\0" % len(body), usedforsecurity=False)
    digest.update(body)
    return digest.digest()


# --- one file to (header, texts, ranks), and back ------------------------------------------


class Shape(NamedTuple):
    """How rows under one header are cut: the header's cells and where Rank is (or None)."""

    header: str
    names: tuple[str, ...]
    rank_at: int | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The cells of a text, by upstream's names."""
        return tuple(n for i, n in enumerate(self.names) if i != self.rank_at)


def read_shape(header: str) -> Shape:
    """Cut a header line. Raises Broken when it does not look like a snapshot's."""
    try:
        rows = list(csv.reader([header], strict=True))
    except csv.Error as error:
        raise Broken(
            f"expected a header of column names, found {header[:80]!r}: {error}"
        ) from None
    names = tuple(rows[0]) if rows else ()
    if RANK not in names and not KNOWN_COLUMNS.keys() & set(names):
        raise Broken(
            "expected a header with columns such as Rank, Alias, RankingScore in line 1, "
            f"found {header[:80]!r}"
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Broken(f"expected each column once, found {twice!r} more than once in line 1")
    return Shape(header, names, names.index(RANK) if RANK in names else None)


def csv_line(cells: Iterable[str]) -> str:
    """Cells as CSV with quotes only where they are needed, no line end."""
    return ",".join(
        '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\r\n') else cell
        for cell in cells
    )


def text_cells(text: bytes) -> list[str]:
    """The cells of a text."""
    if b'"' not in text:
        return text.decode().split(",")
    return next(csv.reader(io.StringIO(text.decode(), newline=""), strict=True))


def cells_text(cells: Iterable[str]) -> bytes:
    """Inverse of `text_cells`."""
    return csv_line(cells).encode()


def cut_lines(shape: Shape, lines: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Unquoted lines to (texts, ranks), checking the number of fields of each.

    Raises Broken naming the line (the header is line 1).
    """
    commas = len(shape.names) - 1
    for number, line in enumerate(lines, 2):
        if line.count(b",") != commas:
            raise Broken(wrong_fields(number, commas + 1, line.count(b",") + 1, line))
    if shape.rank_at is None:
        return lines, []
    if commas == 0:
        return [b""] * len(lines), lines
    if shape.rank_at == 0:
        first = [line.partition(b",") for line in lines]
        return [c[2] for c in first], [c[0] for c in first]
    cut = [line.rsplit(b",", commas - shape.rank_at + 1) for line in lines]
    return [b",".join((c[0], *c[2:])) for c in cut], [c[1] for c in cut]


def wrong_fields(line: int, expected: int, found: int, text: bytes) -> str:
    shown = text[:80].decode(errors="replace")
    return f"expected {expected} fields in line {line}, found {found}: {shown!r}"


def cut_quoted(body: bytes) -> tuple[Shape, list[bytes], list[bytes], bool]:
    """A body with quotes or carriage returns to (shape, texts, ranks, crlf)."""
    try:
        content = body.decode()
    except UnicodeDecodeError as error:
        raise Broken(not_utf8(body, error)) from None
    if b"\0" in body:
        raise Broken(found_nul(body.count(b"\n", 0, body.index(b"\0")) + 1))
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        names = next(reader)
        crlf = content.find("\r\n") == content.find("\n") - 1 and "\r\n" in content
        shape = read_shape(csv_line(names))
        texts, ranks = [], []
        for cells in reader:
            if len(cells) != len(names):
                shown = ",".join(cells).encode()
                raise Broken(wrong_fields(reader.line_num, len(names), len(cells), shown))
            if shape.rank_at is not None:
                ranks.append(cells.pop(shape.rank_at).encode())
            texts.append(cells_text(cells))
    except csv.Error as error:
        line = reader.line_num + 1
        raise Broken(f"expected CSV, found a fault before line {line}: {error}") from None
    return shape, texts, ranks, crlf


def found_nul(line: int) -> str:
    return f"expected text, found a NUL byte in line {line}"


def not_utf8(body: bytes, error: UnicodeDecodeError, line: int | None = None) -> str:
    line = line or body.count(b"\n", 0, error.start) + 1
    return f"expected UTF-8 text, found byte 0x{error.object[error.start]:02x} in line {line}"


def split_at_rank(shape: Shape, text: bytes) -> tuple[bytes, bytes]:
    """What stands before and after Rank's digits in the row of this text."""
    assert shape.rank_at is not None
    if len(shape.names) == 1:
        return b"", b""
    if shape.rank_at == 0:
        return b"", b"," + text
    if b'"' not in text:
        cells = text.split(b",")
    else:
        cells = [cells_text([cell]) for cell in text_cells(text)]
    head, tail = cells[: shape.rank_at], cells[shape.rank_at :]
    return b",".join(head) + b",", b"," + b",".join(tail) if tail else b""


def write_body(
    shape: Shape,
    heads: list[bytes],
    tails: list[bytes],
    ranks: list[bytes],
    crlf: bool,
    final_newline: bool,
) -> bytes:
    """A file's bytes. `heads` and `tails` as `split_at_rank` gives them; without a Rank
    column `heads` are the texts and the other two lists are empty."""
    end = b"\r\n" if crlf else b"\n"
    if shape.rank_at is None:
        body = end.join([shape.header.encode(), *heads, b""])
    else:
        parts: list[bytes] = [end] * (4 * len(heads))
        parts[0::4], parts[1::4], parts[2::4] = heads, ranks, tails
        body = shape.header.encode() + end + b"".join(parts)
    return body if final_newline else body[: -len(end)]


# --- ranks ---------------------------------------------------------------------------------

_plain = [b"%d" % number for number in range(1, 5001)]


def plain_ranks(count: int) -> list[bytes]:
    """b"1", b"2", … b"<count>"."""
    if count > len(_plain):
        return _plain + [b"%d" % number for number in range(len(_plain) + 1, count + 1)]
    return _plain[:count]


def find_runs(snapshot: int, ranks: list[bytes]) -> list[RankRun]:
    """Where ranks do not simply count up from 1: none for nearly every snapshot."""
    runs = []
    expected = b"1"
    for position, found in enumerate(ranks, 1):
        if found != expected or not expected:
            if found.isdigit() and len(found) < 19 and b"%d" % int(found) == found:
                runs.append(RankRun(snapshot, position, int(found), None))
            else:
                runs.append(RankRun(snapshot, position, None, found.decode()))
                expected = b""
                continue
        expected = b"%d" % (int(found) + 1)
    return runs


def write_ranks(count: int, runs: list[RankRun]) -> list[bytes]:
    """Inverse of `find_runs`: the Rank cells of a snapshot of `count` rows."""
    ranks = plain_ranks(count)
    ends = [run.position for run in runs[1:]] + [count + 1]
    for run, end in zip(runs, ends, strict=False):
        start = run.position - 1
        if run.rank is None:
            ranks[start] = (run.rank_text or "").encode()
        else:
            ranks[start : end - 1] = [
                b"%d" % rank for rank in range(run.rank, run.rank + end - 1 - start)
            ]
    return ranks


# --- many files to rows --------------------------------------------------------------------


@dataclass
class _Texts:
    """Every text seen on the board, numbered; `fast` per way of cutting, see `_cut_fast`."""

    known: dict[tuple[str, ...], dict[bytes, int]] = field(default_factory=dict)
    fast: dict[tuple[Shape, bytes | None], dict[bytes, int]] = field(default_factory=dict)
    repeats: dict[tuple[int, int], int] = field(default_factory=dict)
    by_number: list[bytes] = field(default_factory=list)
    before: tuple[Shape, list[bytes], np.ndarray] | None = None
    affixes_of: tuple[bytes, list[bytes]] = (b"", [])

    def number(self, known: dict[bytes, int], text: bytes, line: int) -> int:
        """The text's number, a new one if it is new. Raises Broken if it cannot be kept."""
        number = known.get(text)
        if number is None:
            check_text(text, line)
            number = known[text] = len(self.by_number)
            self.by_number.append(text)
        return number

    def affixes(self, pattern: bytes, count: int) -> list[bytes]:
        """[pattern % 1, pattern % 2, …], at least `count` of them; the last pattern is kept."""
        if self.affixes_of[0] != pattern or len(self.affixes_of[1]) < count:
            made = [pattern % rank for rank in range(1, 2 * count + 1)]
            self.affixes_of = (pattern, made)
        return self.affixes_of[1]

    def tell_repeats_apart(self, numbers: np.ndarray) -> np.ndarray:
        """Give the second, third … equal row of one snapshot numbers of their own."""
        count = len(numbers)
        last_seen = np.empty(len(self.by_number), np.int64)
        at = np.arange(count)
        last_seen[numbers] = at
        if (last_seen[numbers] == at).all():
            return numbers
        numbers = numbers.copy()
        seen: dict[int, int] = {}
        for position, number in enumerate(numbers.tolist()):
            times = seen[number] = seen.get(number, -1) + 1
            if times:
                key = (number, times)
                if key not in self.repeats:
                    self.repeats[key] = len(self.by_number)
                    self.by_number.append(self.by_number[number])
                numbers[position] = self.repeats[key]
        return numbers


def check_text(text: bytes, line: int) -> None:
    """Raises Broken for what a database text cannot hold."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise Broken(not_utf8(text, error, line)) from None
    if b"\0" in text:
        raise Broken(found_nul(line))
    if len(text) > LONGEST_TEXT:
        raise Broken(
            f"expected rows under {LONGEST_TEXT} bytes, found {len(text)} in line {line}"
        )


class _Cut(NamedTuple):
    """One file cut up: `numbers` of its texts in order, `ranks` None when they are 1, 2, 3 …"""

    header: str
    numbers: np.ndarray
    ranks: list[bytes] | None
    crlf: bool
    final_newline: bool


def _cut(texts: _Texts, shapes: dict[bytes, Shape], body: bytes) -> _Cut:
    """Cut a file that is not empty. Raises Broken."""
    final_newline = body.endswith(b"\n")
    if b'"' in body or b"\r" in body:
        shape, row_texts, ranks, crlf = cut_quoted(body)
    else:
        crlf = False
        lines = body.split(b"\n")
        if final_newline:
            lines.pop()
        first = lines.pop(0)
        if first not in shapes:
            check_text(first, 1)
            shapes[first] = read_shape(first.decode())
        shape = shapes[first]
        numbers = _cut_fast(texts, shape, lines)
        if numbers is not None:
            return _Cut(shape.header, numbers, None, crlf, final_newline)
        row_texts, ranks = cut_lines(shape, lines)
    known = texts.known.setdefault(shape.columns, {})
    numbers = np.array(
        [texts.number(known, text, line) for line, text in enumerate(row_texts, 2)], np.int64
    )
    for line, rank in enumerate(ranks, 2):
        if len(rank) > 18 or not rank.isdigit():
            check_text(rank, line)
    return _Cut(shape.header, numbers, ranks, crlf, final_newline)


def _cut_fast(texts: _Texts, shape: Shape, lines: list[bytes]) -> np.ndarray | None:
    """Numbers of the lines' texts if their ranks count up from 1 as nearly always, else None.

    Per line this is one C call that takes the expected rank out and one dictionary look-up;
    both happen 63 million times. A line with another rank stays as it is, has a field too
    many, and is so not found among the texts. Where Rank has neighbours on both sides the
    rank is found by the cell behind it (`SUCCESS`); a text is only looked up this way when
    that cell occurs once in it, in its column, or a number elsewhere could be taken for Rank.
    """
    count = len(lines)
    at, last = shape.rank_at, len(shape.names) - 1
    if not lines:
        return np.empty(0, np.int64)
    if last == 0:
        return None
    numbers, changed = _as_before(texts, shape, lines)
    left = np.count_nonzero(changed)
    chosen = changed.tobytes()
    marker: bytes | None = None
    cut: Iterator[bytes] = compress(lines, chosen)
    if at == 0:
        cut = map(bytes.removeprefix, cut, compress(texts.affixes(b"%d,", count), chosen))
    elif at == last:
        cut = map(bytes.removesuffix, cut, compress(texts.affixes(b",%d", count), chosen))
    elif at is not None:
        cells = lines[0].split(b",")
        if at + 1 == last or len(cells) <= last or b"%" in cells[at + 1]:
            return None
        marker = cells[at + 1]
        around = b"," + marker + b","
        expected = compress(texts.affixes(b",%d" + around, count), chosen)
        cut = map(bytes.replace, cut, expected, repeat(around), repeat(1))
    fast = texts.fast.setdefault((shape, marker), {})
    numbers[changed] = np.fromiter(map(fast.get, cut, repeat(-1)), np.int64, left)
    missing = np.flatnonzero(numbers < 0).tolist()
    if missing:
        known = texts.known.setdefault(shape.columns, {})
        for index in missing:
            try:
                (text,), ranks = cut_lines(shape, lines[index : index + 1])
            except Broken:
                found = lines[index].count(b",") + 1
                raise Broken(wrong_fields(index + 2, last + 1, found, lines[index])) from None
            if ranks and ranks[0] != b"%d" % (index + 1):
                return None
            numbers[index] = number = texts.number(known, text, index + 2)
            if at is not None and marker is not None:
                cells = text.split(b",")
                if cells[at] != marker or cells.count(marker) != 1:
                    continue
            fast[text] = number
    texts.before = (shape, lines, numbers)
    return numbers


def _as_before(
    texts: _Texts, shape: Shape, lines: list[bytes]
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the lines that stand where they stood in the snapshot before (about half do;
    comparing is a third of the price of a look-up), -1 for the others; and which those are."""
    numbers = np.full(len(lines), -1, np.int64)
    changed = np.ones(len(lines), bool)
    if texts.before and texts.before[0] == shape:
        _, lines_before, numbers_before = texts.before
        both = min(len(lines), len(lines_before))
        changed[:both] = np.fromiter(map(ne, lines, lines_before), bool, both)
        numbers[:both] = numbers_before[:both]
        numbers[changed] = -1
    return numbers, changed


@dataclass
class _Stays:
    """The stays of a board so far, one list per column, and their order of place as a linked
    list: `below[stay]` is the next stay, -1 the end. Stay 0 is only the head of that list."""

    text: list[int] = field(default_factory=lambda: [-1])
    first: list[int] = field(default_factory=lambda: [0])
    last: list[int] = field(default_factory=lambda: [0])
    below: list[int] = field(default_factory=lambda: [-1])
    open: dict[int, int] = field(default_factory=dict)  # text -> its stay in the last snapshot
    shown: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    on_board: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def show(self, snapshot: int, rows: np.ndarray) -> None:
        """Take in the next snapshot: its texts' numbers, all different, in order."""
        known = len(self.on_board)
        size = max(known, int(rows.max()) + 1) if len(rows) else known
        before = np.concatenate([self.on_board, np.zeros(size - known, bool)])
        stays = np.zeros(size, bool)
        stays[rows] = True
        stays &= before
        order_before, order_now = self.shown[stays[self.shown]], rows[stays[rows]]
        if not np.array_equal(order_before, order_now):
            stays[order_now[~in_common_order(order_before, order_now)]] = False
        for text in self.shown[~stays[self.shown]].tolist():
            self.last[self.open.pop(text)] = snapshot - 1
        for position in np.flatnonzero(~stays[rows]).tolist():
            above = self.open[int(rows[position - 1])] if position else 0
            self._insert(snapshot, int(rows[position]), above)
        self.shown, self.on_board = rows, stays
        self.on_board[rows] = True

    def _insert(self, snapshot: int, text: int, above: int) -> None:
        self.open[text] = len(self.text)
        self.text.append(text)
        self.first.append(snapshot)
        self.last.append(0)
        self.below.append(self.below[above])
        self.below[above] = self.open[text]

    def in_order(self, snapshots: int) -> Iterator[tuple[int, int, int]]:
        """(text, first, last) of every stay, top to bottom, once all `snapshots` are in."""
        stay = self.below[0]
        while stay != -1:
            yield self.text[stay], self.first[stay], self.last[stay] or snapshots
            stay = self.below[stay]


def encode(files: Iterable[File]) -> Board:
    """Rows of one board from its files in order of time. Broken files become outcomes only.

    The result is a function of the set of files: whoever loads them in whatever pieces and
    calls this with all of them gets the same rows.
    """
    board, texts, stays = Board(), _Texts(), _Stays()
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
                cut = _cut_empty(file.body) if is_empty else _cut(texts, shapes, file.body)
            except Broken as error:
                outcome, message = "quarantined", str(error)
            else:
                blob = file.blob
                runs = find_runs(number, cut.ranks) if cut.ranks else []
                stays.show(number, texts.tell_repeats_apart(cut.numbers))
                board.snapshots.append(_snapshot(number, file, texts, cut))
                board.rank_runs += runs
        board.outcomes.append(
            Outcome(file.moment, outcome, len(file.body), file.blob, message)
        )
    for text, first, last in stays.in_order(len(board.snapshots)):
        board.first.append(first)
        board.last.append(last)
        board.texts.append(texts.by_number[text])
    return board


def _cut_empty(body: bytes) -> _Cut:
    return _Cut("", np.empty(0, np.int64), None, False, body == b"\n")


def _snapshot(number: int, file: File, texts: _Texts, cut: _Cut) -> Snapshot:
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


def _unless_rebuilt(body: bytes, texts: _Texts, cut: _Cut) -> bytes | None:
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


def in_common_order(before: np.ndarray, since: np.ndarray) -> np.ndarray:
    """Which elements of `since` can keep their place: a longest run of them that stands in
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


# --- rows to files -------------------------------------------------------------------------


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
