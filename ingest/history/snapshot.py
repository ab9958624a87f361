"""What the steps of the history pass on: files, a board as rows, and a snapshot's CSV as a
header, row texts and ranks, and back.

The text of a row is its cells without Rank, as CSV with quotes only where needed, in UTF-8.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import NamedTuple

from ingest.columns import RANKING_COLUMNS
from ingest.errors import BadFile, abbreviate
from ingest.file import strict_csv
from ingest.source import MAX_COLUMNS

FILE_NAME = "%Y-%m-%dT%H:%M:%SZ.csv"
NOT_HISTORY = {"FINAL.csv", "leaderboards.csv"}


class SnapshotFile(NamedTuple):
    """One CSV file of a board: a row of `history.file`. Before it is encoded it has no outcome.

    message: why it is quarantined; one that should not or could not be read has 0 bytes and
    no git blob. changed_ns: nanoseconds since 1970, only in a folder.
    """

    file_name: str
    outcome: str = ""
    bytes: int = 0
    git_blob: str | None = None
    message: str | None = None
    changed_ns: int | None = None

    @property
    def snapshot_at(self) -> str:
        return self.file_name.removesuffix(".csv")


def is_snapshot(name: str) -> bool:
    """Whether a file of this name belongs to the history, be its name right or wrong."""
    return name.endswith(".csv") and name not in NOT_HISTORY


def check_name(name: str) -> None:
    """Raise BadFile for a file name that is not a snapshot's."""
    with suppress(ValueError):
        if f"{datetime.fromisoformat(name.removesuffix('.csv')):{FILE_NAME}}" == name:
            return
    raise BadFile("a file name like 2021-10-20T12:00:00Z.csv or FINAL.csv", repr(name))


class Snapshot(NamedTuple):
    """One snapshot: a row of `history.snapshot`.

    as_written: the zlib-packed file, where the cells cannot give it back byte for byte
    (unusual quoting).
    """

    snapshot_no: int
    snapshot_at: str
    header: str
    has_rank: bool
    row_count: int
    crlf: bool
    final_newline: bool
    as_written: bytes | None


class RankRun(NamedTuple):
    """From the row `from_row` of a snapshot on ranks count up from `rank`: a row of
    `history.rank_run`. Where Rank is not a plain whole number `rank` is None and `rank_text`
    holds the cell (of that one row)."""

    snapshot_no: int
    from_row: int
    rank: int | None
    rank_text: str | None


@dataclass
class Board:
    """One board as rows. `valid_from`, `valid_to` and `texts` are parallel, sorted by position;
    the columns a text belongs to are those of its first snapshot's header."""

    files: list[SnapshotFile] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    rank_runs: list[RankRun] = field(default_factory=list)
    valid_from: list[int] = field(default_factory=list)
    valid_to: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)

    def columns(self) -> dict[str, tuple[str, ...]]:
        """The columns of texts by their header, by upstream's names. Raises BadFile."""
        headers = {snapshot.header for snapshot in self.snapshots}
        return {line: parse_header(line).columns for line in headers if line}


RANK = "Rank"
# Upstream's column -> ours. Columns not named here are kept together in `other_columns`.
KNOWN_COLUMNS = {
    name: re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()
    for name in RANKING_COLUMNS
    if name != RANK
}


class Header(NamedTuple):
    """The first line of a snapshot: as written, its cells, and where Rank is (or None)."""

    line: str
    names: tuple[str, ...]
    rank_at: int | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The cells of a row's text, by upstream's names."""
        return tuple(n for i, n in enumerate(self.names) if i != self.rank_at)


def parse_header(line: str) -> Header:
    """Parse a header line. Raises BadFile when it does not look like a snapshot's."""
    try:
        names = next(strict_csv(line), [])
    except csv.Error as error:
        found = f"{abbreviate(line)}: {error}"
        raise BadFile("a header of column names", found) from None
    return to_header(names, line)


def to_header(names: list[str], line: str | None = None) -> Header:
    """The header of these column names. Raises BadFile."""
    if line is None:
        line = csv_line(names)
    if line.startswith("\N{ZERO WIDTH NO-BREAK SPACE}"):
        raise BadFile("a header that begins with a column", "a byte order mark in line 1")
    if RANK not in names and not KNOWN_COLUMNS.keys() & set(names):
        raise BadFile(
            "a header with columns such as Rank, Alias, RankingScore in line 1",
            abbreviate(line),
        )
    if len(names) > MAX_COLUMNS:
        raise BadFile(f"at most {MAX_COLUMNS} columns", f"{len(names):,} in line 1")
    if len(set(names)) < len(names):
        duplicate = next(name for name in names if names.count(name) > 1)
        raise BadFile("each column once", f"{abbreviate(duplicate)} more than once in line 1")
    return Header(line, tuple(names), names.index(RANK) if RANK in names else None)


def csv_line(cells: Iterable[str]) -> str:
    """Cells as CSV with quotes only where they are needed, no line end."""
    return ",".join(
        '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\r\n') else cell
        for cell in cells
    )


def check_text(body: bytes) -> None:
    """Refuse what a text in a database cannot hold. Raises BadFile naming the line."""
    try:
        body.decode()
        at = body.find(b"\0")
        expected, found = "text", "a NUL byte"
    except UnicodeDecodeError as error:
        at = error.start
        expected, found = "UTF-8 text", f"byte 0x{body[at]:02x}"
    if at >= 0:
        line = body.count(b"\n", 0, at) + 1
        raise BadFile(expected, f"{found} in line {line}")


def split_rank(header: Header, line: bytes, number: int) -> tuple[bytes, bytes | None]:
    """The text and the rank of an unquoted line; without a Rank column no rank.

    Raises BadFile, naming the line by its number, where it has too many or too few cells.
    """
    cells = line.split(b",")
    if len(cells) != len(header.names):
        raise _wrong_cells(number, len(header.names), len(cells), line)
    if header.rank_at is None:
        return line, None
    rank = cells.pop(header.rank_at)
    return b",".join(cells), rank


def parse_quoted(body: bytes) -> tuple[Header, list[bytes], list[bytes], bool]:
    """A file with quotes or carriage returns as header, texts, ranks, and whether its lines
    end with CR LF. Raises BadFile."""
    content = body.decode()
    crlf = content.find("\r\n") == content.find("\n") - 1 and "\r\n" in content
    texts, ranks = [], []
    rows = strict_csv(content)
    try:
        header = to_header(next(rows))
        for cells in rows:
            if len(cells) != len(header.names):
                found = ",".join(cells).encode()
                raise _wrong_cells(rows.line_num, len(header.names), len(cells), found)
            if header.rank_at is not None:
                ranks.append(cells.pop(header.rank_at).encode())
            texts.append(csv_line(cells).encode())
    except csv.Error as error:
        raise BadFile("CSV", f"a fault before line {rows.line_num + 1}: {error}") from None
    return header, texts, ranks, crlf


def _wrong_cells(line: int, expected: int, found: int, text: bytes) -> BadFile:
    cells = abbreviate(text[:400].decode(errors="replace"))
    return BadFile(f"{expected} fields in line {line}", f"{found}: {cells}")


def split_at_rank(header: Header, text: bytes) -> tuple[bytes, bytes]:
    """What stands before and after Rank's digits in the row of this text."""
    at = header.rank_at
    if at == 0 and len(header.names) > 1:
        return b"", b"," + text
    cells = text.split(b",")
    if b'"' in text:
        cells = [csv_line([cell]).encode() for cell in next(strict_csv(text.decode()))]
    if len(header.names) == 1:
        cells = []
    before, _, after = b",".join([*cells[:at], b"\0", *cells[at:]]).partition(b"\0")
    return before, after


def write_body(
    header: Header,
    heads: list[bytes],
    tails: list[bytes],
    ranks: list[bytes],
    crlf: bool,
    final_newline: bool,
) -> bytes:
    """A file's bytes. `heads` and `tails` as `split_at_rank` gives them; without a Rank
    column `heads` are the texts and the other two lists are empty."""
    end = b"\r\n" if crlf else b"\n"
    if header.rank_at is None:
        body = end.join([header.line.encode(), *heads, b""])
    else:
        parts: list[bytes] = [end] * (4 * len(heads))
        parts[0::4], parts[1::4], parts[2::4] = heads, ranks, tails
        body = header.line.encode() + end + b"".join(parts)
    return body if final_newline else body[: -len(end)]


def find_rank_runs(snapshot_no: int, ranks: list[bytes]) -> list[RankRun]:
    """Where ranks do not simply count up from 1: none for nearly every snapshot."""
    runs = []
    expected = b"1"
    for row, found in enumerate(ranks, 1):
        if found != expected or not expected:
            if found.isdigit() and len(found) < 19 and b"%d" % int(found) == found:
                runs.append(RankRun(snapshot_no, row, int(found), None))
            else:
                runs.append(RankRun(snapshot_no, row, None, found.decode()))
                expected = b""
                continue
        expected = b"%d" % (int(found) + 1)
    return runs


def write_ranks(count: int, runs: list[RankRun]) -> list[bytes]:
    """The Rank cells of a snapshot of `count` rows, from what `find_rank_runs` found."""
    ranks = plain_ranks(count)
    ends = [run.from_row for run in runs[1:]] + [count + 1]
    for run, end in zip(runs, ends, strict=False):
        start = run.from_row - 1
        if run.rank is None:
            ranks[start] = (run.rank_text or "").encode()
        else:
            ranks[start : end - 1] = [
                b"%d" % rank for rank in range(run.rank, run.rank + end - 1 - start)
            ]
    return ranks


def plain_ranks(count: int) -> list[bytes]:
    """b"1", b"2", … b"<count>"."""
    return _thousands_of_ranks(count // 1000 + 1)[:count]


@cache
def _thousands_of_ranks(thousands: int) -> list[bytes]:
    return [b"%d" % rank for rank in range(1, 1000 * thousands + 1)]
