"""What has to stand above everything published: that it is invented, or looks back."""

from __future__ import annotations

import duckdb

FICTIONAL = (
    "FICTIONAL SEASON: invented by `make demo`. These racers do not exist and nobody "
    "won anything."
)


def remarks(opened: duckdb.DuckDBPyConnection) -> list[str]:
    """Sentences for an open published database; none where it is the real and last word."""
    moment = as_of(opened)
    return ([FICTIONAL] if is_fictional(opened) else []) + (
        [f"As of {moment}, with what was known then."] if moment else []
    )


def is_fictional(opened: duckdb.DuckDBPyConnection) -> bool:
    """Whether an open published database holds an invented season."""
    (fictional,) = opened.execute(
        "select coalesce(bool_or(leaderboard_arn like 'arn:aws:deepracer:fictional:%'), false) "
        "from races"
    ).fetchone()
    return fictional


def as_of(opened: duckdb.DuckDBPyConnection) -> str | None:
    """The moment a published database looks back from, in words; None for the real result."""
    (moment,) = opened.execute(
        "select strftime(max(as_of_utc), '%-d %B %Y, %H:%M UTC') from raw.source"
    ).fetchone()
    return moment
