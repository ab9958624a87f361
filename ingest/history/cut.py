"""Cut the files of a board into the numbers of their texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import compress, repeat
from operator import ne
from typing import NamedTuple

import numpy as np

from ingest.history.body import cut_lines, cut_quoted, wrong_fields
from ingest.history.errors import NotASnapshot
from ingest.history.header import Shape, read_shape
from ingest.history.text import cells_text, check_text

HEADER = -1  # in the place of a text's number


class Cut(NamedTuple):
    """One file cut up: `numbers` of its texts in order; `ranks` None if they are 1, 2, 3 …"""

    header: str
    numbers: np.ndarray
    ranks: list[bytes] | None
    crlf: bool
    final_newline: bool


@dataclass
class Texts:
    """Every text seen on the board, numbered; `fast` per way of cutting (`_number_fast`)."""

    known: dict[tuple[str, ...], dict[bytes, int]] = field(default_factory=dict)
    fast: dict[tuple[Shape, bytes | None], dict[bytes, int]] = field(default_factory=dict)
    repeats: dict[tuple[int, int], int] = field(default_factory=dict)
    by_number: list[bytes] = field(default_factory=list)
    before: tuple[Shape, list[bytes], np.ndarray] | None = None
    affixes_of: tuple[bytes, list[bytes]] = (b"", [])

    def known_under(self, shape: Shape) -> dict[bytes, int]:
        """The numbers of the texts with these columns. The header itself is none of them: a
        file that has it among its rows is two files in one, or a page that was read twice."""
        columns = shape.columns
        if columns not in self.known:
            self.known[columns] = {cells_text(columns): HEADER} if len(columns) > 2 else {}
        return self.known[columns]

    def number(self, known: dict[bytes, int], text: bytes, line: int) -> int:
        """The text's number, a new one if it is new. Raises NotASnapshot for a text that
        cannot be kept."""
        number = known.get(text)
        if number is None:
            check_text(text, line)
            number = known[text] = len(self.by_number)
            self.by_number.append(text)
        elif number == HEADER:
            raise NotASnapshot(f"Expected the header once, found it again in line {line}.")
        return number

    def affixes(self, pattern: bytes, count: int) -> list[bytes]:
        """[pattern % 1, pattern % 2, …], at least `count`; the last pattern is kept."""
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


def cut_body(texts: Texts, shapes: dict[bytes, Shape], body: bytes) -> Cut:
    """Cut a file that is not empty. Raises NotASnapshot."""
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
        numbers = _number_fast(texts, shape, lines)
        if numbers is not None:
            return Cut(shape.header, numbers, None, crlf, final_newline)
        row_texts, ranks = cut_lines(shape, lines)
    known = texts.known_under(shape)
    numbers = np.array(
        [texts.number(known, text, line) for line, text in enumerate(row_texts, 2)], np.int64
    )
    for line, rank in enumerate(ranks, 2):
        if len(rank) > 18 or not rank.isdigit():
            check_text(rank, line)
    return Cut(shape.header, numbers, ranks, crlf, final_newline)


def cut_empty(body: bytes) -> Cut:
    return Cut("", np.empty(0, np.int64), None, False, body == b"\n")


def _number_fast(texts: Texts, shape: Shape, lines: list[bytes]) -> np.ndarray | None:
    """Numbers of the lines' texts if their ranks count up from 1 as nearly always, else None.

    Per line this is one C call that takes the expected rank out and one dictionary look-up;
    both happen 63 million times. A line with another rank stays as it is, has a field too
    many, and is so not found among the texts.
    """
    if not lines:
        return np.empty(0, np.int64)
    if len(shape.names) == 1:
        return None
    numbers, changed = _as_before(texts, shape, lines)
    without_rank = _without_expected_rank(texts, shape, lines, changed.tobytes())
    if without_rank is None:
        return None
    found, marker = without_rank
    fast = texts.fast.setdefault((shape, marker), {})
    left = np.count_nonzero(changed)
    numbers[changed] = np.fromiter(map(fast.get, found, repeat(-1)), np.int64, left)
    missing = np.flatnonzero(numbers < 0).tolist()
    if missing and not _number_new(texts, shape, lines, marker, missing, numbers):
        return None
    texts.before = (shape, lines, numbers)
    return numbers


def _without_expected_rank(
    texts: Texts, shape: Shape, lines: list[bytes], chosen: bytes
) -> tuple[Iterator[bytes], bytes | None] | None:
    """The chosen lines without the ranks 1, 2, 3 …, and the marker that was used.

    Where Rank has neighbours on both sides it is found by the cell behind it, the marker
    (`SUCCESS`). None where the first line has no marker.
    """
    count, at, last = len(lines), shape.rank_at, len(shape.names) - 1
    cut: Iterator[bytes] = compress(lines, chosen)
    if at is None:
        return cut, None
    if at == 0:
        affixes = compress(texts.affixes(b"%d,", count), chosen)
        return map(bytes.removeprefix, cut, affixes), None
    if at == last:
        affixes = compress(texts.affixes(b",%d", count), chosen)
        return map(bytes.removesuffix, cut, affixes), None
    cells = lines[0].split(b",")
    if at + 1 == last or len(cells) <= last or b"%" in cells[at + 1]:
        return None
    marker = cells[at + 1]
    around = b"," + marker + b","
    expected = compress(texts.affixes(b",%d" + around, count), chosen)
    return map(bytes.replace, cut, expected, repeat(around), repeat(1)), marker


def _number_new(
    texts: Texts,
    shape: Shape,
    lines: list[bytes],
    marker: bytes | None,
    missing: list[int],
    numbers: np.ndarray,
) -> bool:
    """Fill in the numbers of the lines that were not found; False if a rank is not the
    expected one. Raises NotASnapshot for a line that is none.

    A text is only found by its marker later when that cell occurs once in it, in its column:
    otherwise a number elsewhere could be taken for Rank.
    """
    known = texts.known_under(shape)
    fast = texts.fast[shape, marker]
    for index in missing:
        line = lines[index]
        if line.count(b",") != len(shape.names) - 1:
            raise wrong_fields(index + 2, len(shape.names), line.count(b",") + 1, line)
        (text,), ranks = cut_lines(shape, [line])
        if ranks and ranks[0] != b"%d" % (index + 1):
            return False
        numbers[index] = number = texts.number(known, text, index + 2)
        if marker is not None and shape.rank_at is not None:
            cells = text.split(b",")
            if cells[shape.rank_at] != marker or cells.count(marker) != 1:
                continue
        fast[text] = number
    return True


def _as_before(
    texts: Texts, shape: Shape, lines: list[bytes]
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
