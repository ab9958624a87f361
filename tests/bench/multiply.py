"""An archive made larger, in upstream's layout: k times as many boards, racers or hours.

Every function takes the archive, the folder to write to and k, and returns the folder of the
rows for seeds/.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from ingest.source import CATALOGUE, LEADERBOARDS
from league.fictional_season import write_rows
from tests.helpers.pipeline import ROOT

YEARS = 80  # between a season and its copy: a year has four digits
FORM = "%Y-%m-%dT%H:%M:%SZ.csv"
Rows = list[list[str]]


def more_boards(source: Path, to: Path, times: int) -> Path:
    """k copies of every board and season; the same people race in all."""
    for file in files(source):
        for copy in range(times):
            board = file.parent.relative_to(source)
            link(file, to / board.with_name(renamed(board.name, copy)) / file.name)
    copy_rows(source / CATALOGUE, to / CATALOGUE, times)
    for seed in (ROOT / "seeds").glob("*.csv"):
        has_seasons = "season" in read(seed)[0]
        copy_rows(seed, to / "seeds" / seed.name, times if has_seasons else 1)
    return to / "seeds"


def copy_rows(file: Path, to: Path, times: int) -> None:
    header, *rows = read(file)

    def cell(column: str, value: str, copy: int) -> str:
        if column == "season":
            return str(int(value) + YEARS * copy)
        return renamed(value, copy) if ":leaderboard/" in value else value

    write_rows(
        to,
        header,
        [
            [cell(column, value, copy) for column, value in zip(header, row, strict=True)]
            for copy in range(times)
            for row in rows
        ],
    )


def renamed(arn: str, copy: int) -> str:
    return f"{arn}-{copy:02d}" if copy else arn


def more_racers(source: Path, to: Path, times: int) -> Path:
    """Every row k times, as other people who stand right behind each other."""
    for file in files(source):
        header, *rows = read(file) or [[]]
        others = [other(header, row, copy, times) for row in rows for copy in range(times)]
        write_rows(to / file.relative_to(source), header, others)
    return same_league(source, to)


def other(header: list[str], row: list[str], copy: int, times: int) -> list[str]:
    cells = dict(zip(header, row, strict=True))
    if cells.get("Rank", "").isdigit():
        cells["Rank"] = str((int(cells["Rank"]) - 1) * times + copy + 1)
    # A letter that no id has, in the place of the first: what makes it today's id stays.
    for column in ("UserId", "Alias"):
        if copy and cells.get(column):
            cells[column] = chr(0x100 + copy) + cells[column][1:]
    return list(cells.values())


def more_hours(source: Path, to: Path, times: int) -> Path:
    """k snapshots for one; of what changes until the next, a part in each: the upper ranks."""
    for file in files(source):
        link(file, to / file.relative_to(source))
    hourly = [file for file in files(source) if file.name != "FINAL.csv"]
    for before, after in pairwise(hourly):
        if before.parent != after.parent:
            continue
        header, *rows = read(before) or [[]]
        next_header, *next_rows = read(after) or [[]]
        start, end = (datetime.strptime(file.name, FORM) for file in (before, after))
        for step in range(1, times):
            changed = len(next_rows) * step // times if next_header == header else 0
            moment = start + (end - start) * step / times
            path = to / before.parent.relative_to(source) / moment.strftime(FORM)
            write_rows(path, header, next_rows[:changed] + rows[changed:])
    return same_league(source, to)


def files(source: Path) -> list[Path]:
    return sorted((source / LEADERBOARDS).glob("*/*/*.csv"))


def same_league(source: Path, to: Path) -> Path:
    link(source / CATALOGUE, to / CATALOGUE)
    shutil.copytree(ROOT / "seeds", to / "seeds", ignore=shutil.ignore_patterns("*.yml"))
    return to / "seeds"


def read(file: Path) -> Rows:
    with file.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.reader(lines) if row]


def link(file: Path, to: Path) -> None:
    """The same bytes under another name, without another copy of them where that can be."""
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        to.hardlink_to(file)
    except OSError:  # on another disk
        shutil.copy2(file, to)


DIRECTIONS: dict[str, Callable[[Path, Path, int], Path]] = {
    "boards": more_boards,
    "racers": more_racers,
    "hours": more_hours,
}
