"""The text of one row: its cells without Rank as CSV, with quotes only where needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from ingest.history.errors import NotASnapshot

LONGEST_TEXT = 1_000_000  # bytes; the longest real row has under 300


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
    """The text of these cells."""
    return csv_line(cells).encode()


def check_text(text: bytes, line: int) -> None:
    """Refuse what a text in a database cannot hold. Raises NotASnapshot naming the line."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise NotASnapshot(not_utf8(text, error, line)) from None
    if b"\0" in text:
        raise NotASnapshot(found_nul(line))
    if len(text) > LONGEST_TEXT:
        raise NotASnapshot(
            f"Expected rows of at most {LONGEST_TEXT:,} bytes, found {len(text):,} in "
            f"line {line}."
        )


def found_nul(line: int) -> str:
    return f"Expected text, found a NUL byte in line {line}."


def not_utf8(body: bytes, error: UnicodeDecodeError, line: int | None = None) -> str:
    line = line or body.count(b"\n", 0, error.start) + 1
    return f"Expected UTF-8 text, found byte 0x{body[error.start]:02x} in line {line}."
