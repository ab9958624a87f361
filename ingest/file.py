"""One file of a run: what its bytes and its first line say, before DuckDB reads its rows."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.columns import CATALOGUE_COLUMNS, CATALOGUE_KEYS, RANKING_COLUMNS, RANKING_KEYS
from ingest.errors import BadFile, abbreviate
from ingest.source import CATALOGUE, MAX_COLUMNS, MAX_LINE_BYTES, find_file

if TYPE_CHECKING:
    from _csv import Reader

# Commit 48b5ce9b42 of 31 August 2021 wrote the UserId into 44 older final rankings.
NO_USER_ID = (
    "Many final rankings of upstream's commits before September 2021 have no UserId, and "
    "an alias alone does not say who won. Take a later commit (the default has them all); how "
    "the league stood at an hour before that says `make history SOURCE=…` and then, for "
    "example, `make winners AS_OF=2021-05-14T00:00:00Z`. A league of your own needs the column: "
    "any text that is always the same for one racer."
)


@dataclass
class File:
    """A catalogue or a ranking.

    path: where it lies; none where the source has no such file.
    state: broken means that `issue` says why DuckDB need not read it.
    data_bytes: how many bytes of rows it has, quotes and line ends not counted; every one of
    them has to turn up in a cell or between two.
    """

    file: str
    leaderboard_arn: str | None = None
    path: str | None = None
    state: Literal["missing", "broken", "empty", "has rows"] = "missing"
    sha256: str | None = None
    git_blob: str | None = None
    size: int = 0
    header: tuple[str, ...] = ()
    data_bytes: int = 0
    has_quotes: bool = False
    newline: str = "\n"
    ends_with_newline: bool = True
    last_line: str = ""
    issue: BadFile | None = field(default=None, repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of upstream's that the raw table has."""
        return CATALOGUE_COLUMNS if self.file == CATALOGUE else RANKING_COLUMNS

    @property
    def new_columns(self) -> list[str]:
        """Columns that no file of upstream had so far."""
        known = CATALOGUE_COLUMNS + RANKING_COLUMNS
        return [name for name in self.header if name not in known]

    def quarantine(self, issue: BadFile) -> None:
        """Have DuckDB not read it, for this reason."""
        self.state, self.issue = "broken", issue


def inspect(folder: Path, name: str, leaderboard_arn: str | None = None) -> File:
    """Describe a file of an archive without its rows. `folder` has no link in its own path."""
    file = File(name, leaderboard_arn)
    try:
        path = find_file(folder, name)
        file.path, body = str(path), path.read_bytes()
        _inspect_bytes(file, body)
    except FileNotFoundError:
        pass
    except BadFile as issue:
        file.quarantine(issue)
    except OSError as refused:
        found = refused.strerror or str(refused)
        file.quarantine(BadFile("a file that can be read", found, name))
    return file


def _inspect_bytes(file: File, body: bytes) -> None:
    file.sha256, file.git_blob = hashlib.sha256(body).hexdigest(), git_blob(body)
    file.size = len(body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise BadFile(
            "text in UTF-8",
            f"byte 0x{bad.object[bad.start]:02x}",
            f"byte {bad.start + len(body) - len(bad.object)}",
            "Save the file as CSV UTF-8.",
        ) from None
    file.state = "empty"
    if not text.strip():
        return
    if "\0" in text:
        raise BadFile("text", "a NUL character", f"character {text.index(chr(0))}")
    # A StringIO takes four bytes a character: one for the header, not for millions of rows.
    head = text[: MAX_LINE_BYTES + 1]
    rows_of_cells = strict_csv(head)
    try:
        file.header = tuple(next(rows_of_cells))
    except csv.Error as bad:
        raise BadFile("well-formed CSV", str(bad), "line 1") from None
    first = "".join(islice(io.StringIO(head, newline=""), rows_of_cells.line_num))
    rows = text.removeprefix(first)
    has_rows = bool(rows.strip())
    _inspect_header(file, text, has_rows)
    if has_rows:
        file.state = "has rows"
        _inspect_rows(file, first, rows)


def _inspect_header(file: File, text: str, has_rows: bool) -> None:
    header = abbreviate(",".join(file.header))
    keys = CATALOGUE_KEYS if file.file == CATALOGUE else RANKING_KEYS
    missing = [key for key in keys if key not in file.header]
    advice = None
    if len(file.header) > MAX_COLUMNS:
        expected, header = f"at most {MAX_COLUMNS:,} columns", f"{len(file.header):,}"
    elif len(set(file.header)) < len(file.header):
        expected = "a header that names a column once"
    elif "" in file.header or not file.header:
        expected = "a name for every column"
    elif missing and has_rows:
        expected = f"a header with {', '.join(keys)}"
        header = f"no {', no '.join(missing)} in {header}"
        if missing in (["UserId"], ["Rank", "UserId"]):
            advice = NO_USER_ID
        elif len(file.header) == 1 and re.search(r"[;\t]", file.header[0]):
            advice = "Save the file with commas between the cells."
    # A page of HTML in one line is no header without rows.
    elif missing and file.new_columns:
        expected, header = f"a header with {', '.join(keys)}", abbreviate(text)
    else:
        return
    raise BadFile(expected, header, "line 1", advice)


def _inspect_rows(file: File, first: str, rows: str) -> None:
    file.newline = "\r\n" if first.endswith("\r\n") else first[-1]
    file.ends_with_newline = rows.endswith(file.newline)
    file.last_line = rows.rstrip().rpartition("\n")[2]
    quotes = rows.count('"')
    file.has_quotes = quotes > 0
    file.data_bytes = len(rows.encode()) - quotes
    if quotes % 2:
        raise BadFile("well-formed CSV", "a quote that never ends", "the whole file")
    # In a quoted cell a blank line is part of the text.
    at = -1 if quotes else (file.newline + rows).find(2 * file.newline)
    if at >= 0:
        line = first.count(file.newline) + rows[:at].count(file.newline) + 1
        raise BadFile("a row on every line", "a blank line", f"line {line}")


def strict_csv(text: str) -> Reader:
    """The rows of a CSV, each a list of cells. Raises csv.Error where it is not well-formed."""
    return csv.reader(io.StringIO(text, newline=""), strict=True)


def git_blob(body: bytes) -> str:
    """The id that git gives to the content, in hexadecimal. It keeps no attacker out."""
    digest = hashlib.sha1(b"blob %d\0" % len(body), usedforsecurity=False)
    digest.update(body)
    return digest.hexdigest()
