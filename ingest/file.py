"""One file of a run: what its bytes and its first line say, and its rows, which DuckDB reads.

It reads strictly, and every cell as the text it is: `NULL`, `nan` and `007` are names. A cell that
is empty is the empty text; a column that a file lacks is null. A column that upstream has never
had goes into `other_columns`, a JSON object, as in schema `history`, so that no name in a header
can meet one of ours.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import duckdb

from ingest.columns import CATALOGUE_COLUMNS, CATALOGUE_KEYS, RANKING_COLUMNS, RANKING_KEYS
from ingest.database import sql_text
from ingest.errors import BadFile, abbreviate
from ingest.source import CATALOGUE, MAX_COLUMNS, MAX_LINE_BYTES, find_file
from league.paths import literal

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

# Counts the rows of all files of one statement, in order; COUNT_IN_FILES then from 1 in each. A
# window over the files would do both at once, but takes an eighth of a load.
INSERT = """
    insert into {table} by name
    select
        {ours},
        {others} as other_columns,
        files.leaderboard_arn,
        rows.source_row
    from (select *, row_number() over () as source_row from {read_csv}) as rows
    inner join files on files.path = rows."its path"
"""
COUNT_IN_FILES = """
    update {table} as rows set source_row = source_row - first_row + 1
    from (select leaderboard_arn, min(source_row) as first_row from {table} group by all) as files
    where files.leaderboard_arn = rows.leaderboard_arn and first_row > 1
"""
# What is not in a cell is a separator or the end of a line, or was lost on the way.
COUNT_BYTES = """
    select count(*), sum(strlen(replace(concat_ws(',', {cells}), '"', '')))
    from {read_csv}
"""


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


def insert(database: duckdb.DuckDBPyConnection, table: str, files: list[File]) -> None:
    """Insert the rows of files into a raw table, or a copy of one: one statement per header.

    Raises duckdb.Error where DuckDB cannot read one of them (`find_issue` tells which).
    """
    by_header: dict[tuple[str, ...], list[File]] = defaultdict(list)
    for file in files:
        by_header[file.header].append(file)
    for header, group in by_header.items():
        names = _names(group[0])
        ours = [name for name in header if name in group[0].columns]
        others = [
            f"{sql_text(column)}, rows.{name}"
            for column, name in zip(header, names, strict=True)
            if name != column
        ]
        query = INSERT.format(
            table=table,
            ours=", ".join(f"rows.{name}" for name in ours),
            others=f"json_object({', '.join(others)})" if others else "null",
            read_csv=_read_csv(group),
        )
        database.execute(query)
    if files:
        database.execute(COUNT_IN_FILES.format(table=table))


def find_issue(database: duckdb.DuckDBPyConnection, file: File) -> BadFile | None:
    """Why the rows of a file cannot be read, or not all of it is in its rows."""
    query = COUNT_BYTES.format(cells=", ".join(_names(file)), read_csv=_read_csv([file]))
    try:
        found = database.execute(query).fetchall()
    except duckdb.Error as refused:
        return _explain(str(refused))
    rows, cell_bytes = found[0]
    line_ends = (rows - (not file.ends_with_newline)) * len(file.newline)
    lost = file.data_bytes - (cell_bytes or 0) - line_ends
    if lost:
        return BadFile(
            "all that is in the file in its rows",
            f"{rows:,} rows without {lost:,} of its bytes (a blank line, or a quote too many)",
            "the whole file",
        )
    return None


def _explain(message: str) -> BadFile:
    if message.startswith("IO Error"):
        found = abbreviate(message.partition("\n")[0])
        return BadFile("a file that may be opened", found, "the whole file")
    line = re.search(r"CSV Error on Line: ([0-9]+)", message)
    place = f"line {line[1]}" if line else "the whole file"
    columns = re.search(r"Expected Number of Columns: ([0-9]+) Found: ([0-9]+)", message)
    row = re.search(r"Original Line: (.*)", message)
    if columns:
        found = f"{columns[2]} cells" + (f": {abbreviate(row[1])}" if row else "")
        return BadFile(f"{columns[1]} cells, as the header has", found, place)
    if "Maximum line size" in message:
        return BadFile(f"lines of at most {MAX_LINE_BYTES:,} bytes", "a longer one", place)
    if "quote" in message.partition("Possible fixes")[0]:
        return BadFile(
            "well-formed CSV", "a quote in a wrong place, or none at its end", place
        )
    found = "line ends of two kinds, a carriage return alone, or a quote in a wrong place"
    return BadFile("well-formed CSV", found, place)


def _names(file: File) -> list[str]:
    """What the columns are called while they are read: by upstream's names, or by number."""
    return [
        name if name in file.columns else f"other_{number}"
        for number, name in enumerate(file.header)
    ]


def _read_csv(files: list[File]) -> str:
    """Read files that have the same header; "its path" says of each row where it lies."""
    names = _names(files[0])
    paths = [literal(Path(file.path or "")) for file in files]
    return f"""read_csv(
        [{", ".join(map(sql_text, paths))}],
        auto_detect = false, strict_mode = true, header = true, parallel = false,
        delim = ',', quote = '"', escape = '"', max_line_size = {MAX_LINE_BYTES},
        hive_partitioning = false, filename = 'its path',
        columns = {{{", ".join(f"{name}: 'varchar'" for name in names)}}},
        force_not_null = [{", ".join(f"'{name}'" for name in names)}]
    )"""
