"""The files that the site gives away: rankings as CSV, and what was published beside the site."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from publish.proof import sha256_of
from publish.spreadsheet import write_rows

# What files are called here, and on the web.
FORMATS = {
    ".duckdb": ("the database", "application/vnd.duckdb"),
    ".parquet": ("Parquet", "application/vnd.apache.parquet"),
    ".csv": ("CSV", "text/csv"),
    ".json": ("JSON", "application/json"),
}
RANKINGS = """
    select leaderboard_arn, alias, user_id, race_rank, ranking_score_ms, best_lap_ms, laps,
        submissions, submitted_at_utc::varchar as submitted_at_utc
    from race_results
    where is_final
    order by leaderboard_arn, race_rank
"""


@dataclass(frozen=True)
class Download:
    """A file of the folder `download`. size: in bytes."""

    name: str
    format: str
    media_type: str
    size: int
    sha256: str


def give_away(files: Sequence[Path], to: Path) -> list[Download]:
    """Put files into the folder `to`, and say what they are.

    Real copies: with one file under two names, a change to one changes the other.
    """
    if files:
        to.mkdir()
    given = []
    for file in files:
        shutil.copyfile(file, to / file.name)
        size = file.stat().st_size
        given.append(Download(file.name, *FORMATS[file.suffix], size, sha256_of(file)))
    return given


def write_rankings(
    database: duckdb.DuckDBPyConnection, race_pages: dict[str, str], to: Path
) -> None:
    """Write the folder `to`: a CSV file per board with a final ranking, named as its page."""
    to.mkdir()
    rows = database.execute(RANKINGS)
    _, *header = (column[0] for column in rows.description)
    for arn, ranking in groupby(iter(rows.fetchone, None), itemgetter(0)):
        file = to / race_pages[arn].replace(".html", ".csv")
        write_rows(file, header, (row for _, *row in ranking))
