"""The body of a file as texts and ranks, and back."""

from __future__ import annotations

import csv
import io

from ingest.errors import shown
from ingest.history.errors import NotASnapshot
from ingest.history.header import Shape, shape_of
from ingest.history.text import cells_text, found_nul, not_utf8, text_cells


def cut_lines(shape: Shape, lines: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Unquoted lines to (texts, ranks), checking the number of fields of each.

    Raises NotASnapshot naming the line (the header is line 1).
    """
    commas = len(shape.names) - 1
    for number, line in enumerate(lines, 2):
        if line.count(b",") != commas:
            raise wrong_fields(number, commas + 1, line.count(b",") + 1, line)
    if shape.rank_at is None:
        return lines, []
    if commas == 0:
        return [b""] * len(lines), lines
    if shape.rank_at == 0:
        first = [line.partition(b",") for line in lines]
        return [c[2] for c in first], [c[0] for c in first]
    cut = [line.rsplit(b",", commas - shape.rank_at + 1) for line in lines]
    return [b",".join((c[0], *c[2:])) for c in cut], [c[1] for c in cut]


def cut_quoted(body: bytes) -> tuple[Shape, list[bytes], list[bytes], bool]:
    """A body with quotes or carriage returns to (shape, texts, ranks, crlf)."""
    try:
        content = body.decode()
    except UnicodeDecodeError as error:
        raise NotASnapshot(not_utf8(body, error)) from None
    if b"\0" in body:
        raise NotASnapshot(found_nul(body.count(b"\n", 0, body.index(b"\0")) + 1))
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        names = next(reader)
        crlf = content.find("\r\n") == content.find("\n") - 1 and "\r\n" in content
        shape = shape_of(names)
        texts, ranks = [], []
        for cells in reader:
            if len(cells) != len(names):
                found = ",".join(cells).encode()
                raise wrong_fields(reader.line_num, len(names), len(cells), found)
            if shape.rank_at is not None:
                ranks.append(cells.pop(shape.rank_at).encode())
            texts.append(cells_text(cells))
    except csv.Error as error:
        line = reader.line_num + 1
        raise NotASnapshot(
            f"Expected CSV, found a fault before line {line}: {error}."
        ) from None
    return shape, texts, ranks, crlf


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


def wrong_fields(line: int, expected: int, found: int, text: bytes) -> NotASnapshot:
    return NotASnapshot(
        f"Expected {expected} fields in line {line}, found {found}: "
        f"{shown(text[:400].decode(errors='replace'))}."
    )
