"""An archive made larger, in upstream's layout: k times as many boards, racers or hours.

Every function takes the archive, the folder to write to, k, and whether snapshots come too;
it returns the folder of the rows for seeds/.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

from ingest.source import CATALOGUE, LEADERBOARDS
from league.fictional_season import write_rows
from tests.helpers.pipeline import ROOT

YEARS = 80  # between a season and its copy: a year has four digits
FORM = "%Y-%m-%dT%H:%M:%SZ.csv"
Rows = list[list[str]]


def more_boards(source: Path, to: Path, times: int, with_hours: bool) -> Path:
    """k copies of every board and season; the same people race in all."""
    for copy in range(times):
        for file in _files(source, with_hours):
            board = file.parent.relative_to(source)
            _link(file, to / board.with_name(_renamed(board.name, copy)) / file.name)
    header, *rows = _read(source / CATALOGUE)
    arns = {row[header.index("Arn")] for row in rows}
    write_rows(
        to / CATALOGUE,
        header,
        [
            [_renamed(cell, copy) if cell in arns else cell for cell in row]
            for copy in range(times)
            for row in rows
        ],
    )
    for seed in sorted((ROOT / "seeds").glob("*.csv")):
        header, *rows = _read(seed)
        copies = range(times if "season" in header else 1)
        copied = [_as_of_copy(header, row, copy) for copy in copies for row in rows]
        write_rows(to / "seeds" / seed.name, header, copied)
    return to / "seeds"


def _as_of_copy(header: list[str], row: list[str], copy: int) -> list[str]:
    def cell(column: str, value: str) -> str:
        if column == "season":
            return str(int(value) + YEARS * copy)
        return _renamed(value, copy) if value.startswith("arn:") else value

    return [cell(column, value) for column, value in zip(header, row, strict=True)]


def _renamed(arn: str, copy: int) -> str:
    return f"{arn}-{copy:02d}" if copy else arn


def more_racers(source: Path, to: Path, times: int, with_hours: bool) -> Path:
    """Every row k times, as other people who stand right behind each other."""

    def more(header: list[str], rows: Rows) -> Rows:
        at = {name: number for number, name in enumerate(header)}
        return [_other(at, row, copy, times) for row in rows for copy in range(times)]

    for file in _files(source, with_hours):
        _write_changed(file, to / file.relative_to(source), more)
    return _same_league(source, to)


def _other(at: dict[str, int], row: list[str], copy: int, times: int) -> list[str]:
    other = list(row)
    if "Rank" in at and row[at["Rank"]].isdigit():
        other[at["Rank"]] = str((int(row[at["Rank"]]) - 1) * times + copy + 1)
    # A letter that no id has, in the place of the first: what makes it today's id stays.
    if copy and "UserId" in at:
        other[at["UserId"]] = chr(0x100 + copy) + row[at["UserId"]][1:]
    if copy and "Alias" in at:
        other[at["Alias"]] = chr(0x100 + copy) + row[at["Alias"]]
    return other


def more_hours(source: Path, to: Path, times: int, with_hours: bool) -> Path:
    """k snapshots for one: of what changed until the next, every racer's change comes at a
    time of its own."""
    boards: dict[Path, list[Path]] = {}
    for file in _files(source, with_hours):
        boards.setdefault(file.parent, []).append(file)
    for folder, files in boards.items():
        there = to / folder.relative_to(source)
        for file in files:
            _link(file, there / file.name)
        hourly = sorted(file for file in files if file.name != "FINAL.csv")
        for before, after in pairwise(hourly):
            for step, rows in enumerate(_between(_read(before), _read(after), times), 1):
                start, end = (datetime.strptime(f.name, FORM) for f in (before, after))
                moment = start + (end - start) * step / times
                write_rows(there / moment.strftime(FORM), rows[0], rows[1:])
    return _same_league(source, to)


def _between(before: Rows, after: Rows, times: int) -> Iterator[Rows]:
    header = before[0] if before else []
    if not header or not after or after[0] != header or "Alias" not in header:
        yield from (before or [["Rank"]] for _ in range(1, times))
        return
    rank = header.index("Rank") if "Rank" in header else None
    who = header.index("UserId" if "UserId" in header else "Alias")
    for step in range(1, times):
        shown = [
            (place, is_after, row)
            for is_after, rows in ((False, before[1:]), (True, after[1:]))
            for place, row in enumerate(rows)
            if (_turn(row[who], times) < step) == is_after
        ]
        shown.sort(key=lambda each: each[:2])
        rows = [list(row) for _, _, row in shown]
        if rank is not None:
            for number, row in enumerate(rows, 1):
                row[rank] = str(number)
        yield [header, *rows]


def _turn(racer: str, times: int) -> int:
    return int.from_bytes(blake2b(racer.encode(), digest_size=4).digest(), "big") % times


def _files(source: Path, with_hours: bool) -> list[Path]:
    pattern = "*/*/*.csv" if with_hours else "*/*/FINAL.csv"
    return sorted((source / LEADERBOARDS).glob(pattern))


def _same_league(source: Path, to: Path) -> Path:
    _link(source / CATALOGUE, to / CATALOGUE)
    shutil.copytree(ROOT / "seeds", to / "seeds", ignore=shutil.ignore_patterns("*.yml"))
    return to / "seeds"


def _read(file: Path) -> Rows:
    with file.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.reader(lines) if row]


def _write_changed(file: Path, to: Path, change: Callable[[list[str], Rows], Rows]) -> None:
    rows = _read(file)
    if rows:
        write_rows(to, rows[0], change(rows[0], rows[1:]))
    else:
        _link(file, to)


def _link(file: Path, to: Path) -> None:
    """The same bytes under another name, without another copy of them."""
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, to)
    except OSError:  # on another disk
        shutil.copy2(file, to)


DIRECTIONS: dict[str, Callable[[Path, Path, int, bool], Path]] = {
    "boards": more_boards,
    "racers": more_racers,
    "hours": more_hours,
}
