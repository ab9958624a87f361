"""Damaged final rankings and catalogues: loaded exactly, or in quarantine with a reason.

What was loaded is held against a reader of its own, which knows nothing of the project's.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections import defaultdict
from hashlib import md5
from pathlib import Path

import duckdb

from demo.fictional_season import fictional_arn, invent
from faults.mutations import Mutant, mutants
from faults.report import Tally
from ingest.database import open_database
from ingest.errors import Broken
from ingest.file import File
from ingest.load import write
from ingest.parse import RANKING_COLUMNS, Table, read_catalogue, read_ranking
from ingest.source import CATALOGUE, final_ranking

MANY, FEW = 1_500, 102
BATCH = 50


def try_rankings(work: Path, seed: int, short: bool) -> Tally:
    """Damaged FINAL.csv files, loaded many at a time."""
    tally = Tally("FINAL.csv, damaged")
    invent(work)
    boards = ("2121-1-months-race", "2121-1-finale", "2121-5-wildcard")
    whole = [
        _with_real_ids((work / "race-data" / final_ranking(fictional_arn(board))).read_bytes())
        for board in boards
    ]
    database, _ = open_database(work / "rankings.duckdb")
    some = list(mutants(whole, FEW if short else MANY, seed))
    for start in range(0, len(some), BATCH):
        files = []
        for mutant in some[start : start + BATCH]:
            file = _read(tally, mutant, whole, read_ranking)
            if file:
                files.append(file)
        _load(tally, database, files)
    database.close()
    return tally


def _with_real_ids(body: bytes) -> bytes:
    """UserIds in AWS's form: 16 bytes in URL-safe base64, without padding."""

    def real(found: re.Match[bytes]) -> bytes:
        return urlsafe_b64encode(md5(found[0], usedforsecurity=False).digest())[:22]

    return re.sub(rb"\bfictional-[a-z-]+", real, body)


def try_catalogues(work: Path, seed: int, short: bool) -> Tally:
    """Damaged catalogues: nothing else is loaded, so only what is understood counts."""
    tally = Tally("leaderboards.csv, damaged")
    invent(work)
    whole = [(work / "race-data" / CATALOGUE).read_bytes()]
    for mutant in mutants(whole, (FEW if short else MANY) // 3, seed):
        _read(tally, mutant, whole, read_catalogue)
    return tally


def _read(tally: Tally, mutant: Mutant, whole: list[bytes], reader) -> File | None:
    try:
        content = reader(mutant.body)
    except Exception as crash:
        tally.add(mutant.kind, "crash", f"mutant {mutant.number}: {crash!r}")
        return None
    if isinstance(content, Broken):
        said = all((content.expected, content.found, content.place))
        tally.add(mutant.kind, "quarantined", None if said else "no reason given")
        return None
    wanted = independent(mutant.body)
    broken = None if wanted == _as_read(content) else f"mutant {mutant.number}: read otherwise"
    if mutant.body in whole:
        seen = "as it was"
    elif not content.rows:
        seen = "empty"
    else:
        seen = "loaded exactly; git's blob shows the change"
    tally.add(mutant.kind, seen, broken)
    if broken or not content.rows:
        return None
    return File(f"{mutant.number}", f"{mutant.kind}", mutant.body, content, "loaded")


def _as_read(table: Table) -> list[list[str]]:
    return [list(table.header), *table.rows] if table.header else []


def _load(tally: Tally, database: duckdb.DuckDBPyConnection, files: list[File]) -> None:
    catalogue = File(CATALOGUE, None, b"", Table(("Arn",), [["x"]]), "loaded")
    write(database, catalogue, files, "here", None)
    found = defaultdict(list)
    for number, *cells in database.execute(
        f"select source_file, {', '.join(RANKING_COLUMNS)}, other_columns "
        "from raw.rankings order by source_file, source_row"
    ).fetchall():
        found[number].append(cells)
    for file in files:
        if found[file.name] != [_stored(file.content, row) for row in file.content.rows]:
            tally.failures.append(
                f"{file.leaderboard_arn}: mutant {file.name} stored otherwise"
            )


def _stored(table: Table, row: list[str]) -> list[str | None]:
    cells = dict(zip(table.header, row, strict=True))
    ours = [cells.pop(column, None) for column in RANKING_COLUMNS]
    return [*ours, json.dumps(cells, ensure_ascii=False) if cells else None]


def independent(body: bytes) -> list[list[str]]:
    """The rows of a CSV file, header first, by RFC 4180 read a character at a time."""
    text = body.decode("utf-8").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    if not text.strip():
        return []
    rows, row, cell, quoted, at = [], [], [], False, 0
    while at < len(text):
        sign, following = text[at], text[at + 1 : at + 2]
        at += 1
        if quoted:
            if sign != '"':
                cell.append(sign)
            elif following == '"':
                cell.append('"')
                at += 1
            else:
                quoted = False
        elif sign == '"' and not cell:
            quoted = True
        elif sign == ",":
            row.append("".join(cell))
            cell = []
        elif sign in "\r\n":
            at += sign == "\r" and following == "\n"
            rows.append([*row, "".join(cell)])
            row, cell = [], []
        else:
            cell.append(sign)
    if row or cell:
        rows.append([*row, "".join(cell)])
    return rows
