"""Every complete final ranking, one CSV file per board."""

from __future__ import annotations

import csv
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from publish.spreadsheet import harmless

RANKINGS = """
    select leaderboard_arn, alias, user_id, race_rank, ranking_score_ms, best_lap_ms, laps,
        submissions, submitted_at_utc::varchar as submitted_at_utc
    from race_results
    where is_final
    order by leaderboard_arn, race_rank
"""


def write_rankings(
    database: duckdb.DuckDBPyConnection, race_pages: dict[str, str], to: Path
) -> None:
    """Write the folder `to`: a file for every board with a final ranking, named as its page.

    No name in it can become a formula (publish/spreadsheet.py).
    """
    to.mkdir()
    rows = database.execute(RANKINGS)
    _, *header = (column[0] for column in rows.description)
    for arn, ranking in groupby(rows.fetchall(), itemgetter(0)):
        file = to / race_pages[arn].replace(".html", ".csv")
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(header)
            writer.writerows(
                (harmless(alias), harmless(user_id), *numbers)
                for _, alias, user_id, *numbers in ranking
            )
