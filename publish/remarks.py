"""What has to stand above everything published: that it is invented, asked, or looks back."""

from __future__ import annotations

import duckdb

from league.rows import only_row

FICTIONAL = (
    "FICTIONAL SEASON: invented by `make demo`. These racers do not exist and nobody "
    "won anything."
)
WHAT_IF = "WHAT IF: made by `make what-if`, by other rules than the league's. Nobody won this."


def remarks(opened: duckdb.DuckDBPyConnection) -> list[str]:
    """Sentences for an open published database; none where it is the real and last word."""
    moment = as_of(opened)
    return (
        ([FICTIONAL] if is_fictional(opened) else [])
        + ([WHAT_IF] if is_what_if(opened) else [])
        + ([f"As of {moment}, with what was known then."] if moment else [])
    )


def is_what_if(opened: duckdb.DuckDBPyConnection) -> bool:
    """Whether an open database answers by other rules than the published ones."""
    (tables,) = only_row(
        opened,
        "select count(*) from information_schema.tables where table_name = 'what_if_changes'",
    )
    return tables > 0


def is_fictional(opened: duckdb.DuckDBPyConnection) -> bool:
    """Whether an open published database holds an invented season."""
    (fictional,) = only_row(
        opened,
        "select coalesce(bool_or(leaderboard_arn like 'arn:aws:deepracer:fictional:%'), false) "
        "from races",
    )
    return fictional


def as_of(opened: duckdb.DuckDBPyConnection) -> str | None:
    """The moment a published database looks back from, in words; None for the real result."""
    (moment,) = only_row(
        opened, "select strftime(max(as_of_utc), '%-d %B %Y, %H:%M UTC') from raw.source"
    )
    return moment
