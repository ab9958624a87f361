"""Damaged final rankings and catalogues: loaded exactly, or in quarantine with a reason.

What was loaded is held against a reader of its own, which knows nothing of the project's.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterable
from hashlib import md5
from pathlib import Path

import duckdb

from ingest.columns import CATALOGUE_COLUMNS, RANKING_COLUMNS
from ingest.database import open_database
from ingest.file import File, inspect
from ingest.load import CatalogueError, load, read_catalogue
from ingest.source import CATALOGUE, Fetched, final_ranking
from league.fictional_season import fictional_arn, invent
from tests.faults.mutations import Mutant, mutants
from tests.faults.report import Tally

MANY, FEW = 1_500, 102
BATCH = 50
# No board is required.
NO_SEEDS: dict[str, list] = {"round_races": [], "prize_lines": [], "prizes": []}
Cells = list[str | None]


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
    catalogue = inspect(Fetched(CATALOGUE, work / "race-data" / CATALOGUE))
    read_catalogue(database, catalogue)
    damaged = list(mutants(whole, FEW if short else MANY, seed))
    for start in range(0, len(damaged), BATCH):
        _try_batch(tally, work, database, catalogue, damaged[start : start + BATCH], whole)
    database.close()
    return tally


def _try_batch(
    tally: Tally,
    work: Path,
    database: duckdb.DuckDBPyConnection,
    catalogue: File,
    damaged: list[Mutant],
    whole: list[bytes],
) -> None:
    rankings = []
    for mutant in damaged:
        path = work / f"{mutant.number}.csv"
        path.write_bytes(mutant.body)
        rankings.append(inspect(Fetched(path.name, path), f"{mutant.number}"))
    loaded = load(database, catalogue, rankings, NO_SEEDS, "here", None)
    stored = _stored(database, "raw.rankings", RANKING_COLUMNS)
    for mutant, outcome in zip(damaged, loaded.rankings, strict=True):
        found = stored.get(outcome.file, [])
        if outcome.issue:
            issue = outcome.issue
            is_told = issue.expected and issue.found and issue.place
            broken = None if is_told and not found else "no reason given, or rows loaded"
            tally.add(mutant.kind, "quarantined", broken)
            continue
        wanted = _wanted(mutant.body, RANKING_COLUMNS)
        seen = "loaded exactly; git's blob shows the change" if found else "empty"
        broken = None if found == wanted else f"mutant {mutant.number}: loaded otherwise"
        tally.add(mutant.kind, "as it was" if mutant.body in whole else seen, broken)


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
    database, _ = open_database(work / "catalogues.duckdb")
    path = work / "catalogue.csv"
    for mutant in mutants(whole, (FEW if short else MANY) // 3, seed):
        path.write_bytes(mutant.body)
        try:
            read_catalogue(database, inspect(Fetched(CATALOGUE, path)))
        except CatalogueError as refused:
            issue = refused.issue
            is_told = issue.expected and issue.found and issue.place
            tally.add(mutant.kind, "refused", None if is_told else "no reason given")
            continue
        found = _stored(database, "new_catalogue", CATALOGUE_COLUMNS).get(CATALOGUE, [])
        is_right = found == _wanted(mutant.body, CATALOGUE_COLUMNS)
        seen = "as it was" if mutant.body in whole else "read exactly"
        broken = None if is_right else f"mutant {mutant.number}: read otherwise"
        tally.add(mutant.kind, seen, broken)
    database.close()
    return tally


def _stored(
    database: duckdb.DuckDBPyConnection, table: str, columns: Iterable[str]
) -> dict[str, list[Cells]]:
    """File -> its rows as they are in a table."""
    found = defaultdict(list)
    for file, *cells in database.execute(
        f"select source_file, {', '.join(columns)}, other_columns "
        f"from {table} order by source_file, source_row"
    ).fetchall():
        found[file].append(cells)
    return found


def _wanted(body: bytes, columns: Iterable[str]) -> list[Cells]:
    """The rows of a file as they have to be in a table, by a reader of its own."""
    header, *rows = independent(body) or [[]]
    wanted: list[Cells] = []
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        ours = [cells.pop(column, None) for column in columns]
        wanted.append([*ours, json.dumps(cells, ensure_ascii=False) if cells else None])
    return wanted


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
