"""Which boards make a season, from the rows in seeds/; whether those make sense dbt says."""

from __future__ import annotations

import csv
from pathlib import Path

from ingest.errors import IngestError
from ingest.source import ARN

# Column -> cell, by file; every cell as text.
Seeds = dict[str, list[dict[str, str]]]


def read_seeds(folder: Path) -> Seeds:
    """The rows that say which boards are required; none of a file that is missing.

    Raises IngestError where a file cannot be read.
    """
    seeds = {name: _rows(folder / f"{name}.csv") for name in ("prize_lines", "prizes")}
    boards = _rows(folder / "round_races.csv")
    # Only an Arn may become a path.
    seeds["round_races"] = [
        row for row in boards if ARN.fullmatch(row.get("leaderboard_arn") or "")
    ]
    return seeds


def _rows(file: Path) -> list[dict[str, str]]:
    if not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        try:
            return list(csv.DictReader(lines, restval=""))
        except csv.Error as refused:
            raise IngestError(f"{file}: expected a CSV file, found: {refused}.") from refused
