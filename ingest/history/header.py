"""The first line of a snapshot: which columns there are, and where Rank is."""

from __future__ import annotations

import csv
from typing import NamedTuple

from ingest.errors import shown
from ingest.history.errors import NotASnapshot
from ingest.history.text import csv_line

RANK = "Rank"
KNOWN_COLUMNS = {
    "UserId": "user_id",
    "Alias": "alias",
    "SubmissionTime": "submission_time",
    "LapCount": "lap_count",
    "AvgLapTime": "avg_lap_time",
    "BestLapTime": "best_lap_time",
    "TotalLapTime": "total_lap_time",
    "AvgResets": "avg_resets",
    "CollisionCount": "collision_count",
    "OffTrackCount": "off_track_count",
    "ResetCount": "reset_count",
    "SubmissionCount": "submission_count",
    "LeaderboardSubmissionStatusType": "leaderboard_submission_status_type",
    "RankingScore": "ranking_score",
    "RacingDivision": "racing_division",
    "TeamName": "team_name",
}
"""Upstream's column -> ours. Columns not named here are kept together in `other_columns`."""

MOST_COLUMNS = 500  # upstream has had 17


class Shape(NamedTuple):
    """How rows under one header are cut: the header's cells and where Rank is (or None)."""

    header: str
    names: tuple[str, ...]
    rank_at: int | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The cells of a text, by upstream's names."""
        return tuple(n for i, n in enumerate(self.names) if i != self.rank_at)


def read_shape(header: str) -> Shape:
    """Cut a header line. Raises NotASnapshot when it does not look like a snapshot's."""
    try:
        rows = list(csv.reader([header], strict=True))
    except csv.Error as error:
        raise NotASnapshot(
            f"Expected a header of column names, found {shown(header)}: {error}."
        ) from None
    return shape_of(rows[0] if rows else [], header)


def shape_of(names: list[str], header: str | None = None) -> Shape:
    """The shape under these column names. Raises NotASnapshot."""
    if header is None:
        header = csv_line(names)
    if header.startswith("\N{ZERO WIDTH NO-BREAK SPACE}"):
        raise NotASnapshot(
            "Expected a header that begins with a column, found a byte order mark in line 1."
        )
    if RANK not in names and not KNOWN_COLUMNS.keys() & set(names):
        raise NotASnapshot(
            "Expected a header with columns such as Rank, Alias, RankingScore in line 1, "
            f"found {shown(header)}."
        )
    if len(names) > MOST_COLUMNS:
        raise NotASnapshot(
            f"Expected at most {MOST_COLUMNS} columns, found {len(names):,} in line 1."
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise NotASnapshot(
            f"Expected each column once, found {shown(twice)} more than once in line 1."
        )
    return Shape(header, tuple(names), names.index(RANK) if RANK in names else None)
