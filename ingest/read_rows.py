"""DuckDB reads the rows of a CSV file: strictly, and every cell as the text it is.

`NULL`, `nan` and `007` are names. A cell that is empty is the empty text; a column that a file
lacks is null. A column that upstream has never had goes into `other_columns`, a JSON object,
as in schema `history`, so that no name in a header can meet one of ours.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import duckdb

from ingest.database import sql_text
from ingest.errors import BadFile, abbreviate
from ingest.file import File
from ingest.source import MAX_LINE_BYTES
from league.paths import literal

# From `files` comes what every row says of its origin. A line counts all files of one
# statement, in order.
INSERT = """
    insert into {table} by name
    select
        {ours},
        {others} as other_columns,
        files.leaderboard_arn,
        files.file as source_file,
        files.sha256 as source_sha256,
        line - min(line) over (partition by files.file) + 1 as source_row,
        getvariable('now')::timestamp as loaded_at_utc
    from (select *, row_number() over () as line from {read_csv}) as rows
    inner join files on files.path = rows."its path"
"""
# What is not in a cell is a separator or the end of a line, or was lost on the way.
COUNT_BYTES = """
    select count(*), sum(strlen(replace(concat_ws(',', {cells}), '"', '')))
    from {read_csv}
"""


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
            f"{sql_text(json.dumps(column, ensure_ascii=False) + ': ')} || to_json(rows.{name})"
            for column, name in zip(header, names, strict=True)
            if name != column
        ]
        query = INSERT.format(
            table=table,
            ours=", ".join(f"rows.{name}" for name in ours),
            others="'{' || " + " || ', ' || ".join(others) + " || '}'" if others else "null",
            read_csv=_read_csv(group),
        )
        database.execute(query)


def find_issue(database: duckdb.DuckDBPyConnection, file: File) -> BadFile | None:
    """Why the rows of a file cannot be read, or not all of it is in its rows."""
    query = COUNT_BYTES.format(cells=", ".join(_names(file)), read_csv=_read_csv([file]))
    try:
        found = database.execute(query).fetchall()
    except duckdb.Error as refused:
        return _explain(str(refused), file)
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


def _explain(message: str, file: File) -> BadFile:
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
