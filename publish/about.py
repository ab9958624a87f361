"""What a published database says of itself: its build, its source, and the notice above every
output: fictional, what-if, or as of a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import duckdb

from ingest.source import UPSTREAM
from league.rows import only_row

FICTIONAL = (
    "FICTIONAL SEASON: invented by `make demo`. These racers do not exist and nobody "
    "won anything."
)
WHAT_IF = "WHAT IF: made by `make what-if`, by other rules than the league's. Nobody won this."
ABOUT = """
    select
        build_id, built_at_utc, data_version, schema_version, source, ref, loaded_at_utc, as_of_utc,
        exists (
            select 1 from races where leaderboard_arn like 'arn:aws:deepracer:fictional:%'
        ),
        exists (
            select 1 from information_schema.tables where table_name = 'what_if_changes'
        )
    from build.proof cross join raw.source
"""


@dataclass(frozen=True)
class About:
    """A published database.

    build_id: the same wherever files, seeds and models are the same. data_version,
    schema_version: of the rankings, and of the published tables and columns. source: a web
    address, or that it is a local copy. as_of_utc: from when it looks back; None for the last word.
    is_what_if: whether it answers by other rules than the published ones.
    """

    build_id: str
    built_at_utc: datetime
    data_version: str
    schema_version: str
    source: str
    ref: str | None
    loaded_at_utc: datetime
    as_of_utc: datetime | None
    is_fictional: bool
    is_what_if: bool

    @property
    def as_of(self) -> str | None:
        """The moment it looks back from, in words."""
        moment = self.as_of_utc
        return f"{moment.day} {moment:%B %Y, %H:%M} UTC" if moment else None

    @property
    def remarks(self) -> list[str]:
        """Sentences to stand above it; none where it is the real and last word."""
        return (
            ([FICTIONAL] if self.is_fictional else [])
            + ([WHAT_IF] if self.is_what_if else [])
            + ([f"As of {self.as_of}, with what was known then."] if self.as_of else [])
        )

    @property
    def archive(self) -> tuple[str, str | None]:
        """Where the data is from, in words, and as a link where there is one."""
        commit = f", commit {self.ref}" if self.ref else ""
        if self.source.startswith(UPSTREAM) and self.ref:
            words = urlsplit(UPSTREAM).path.strip("/")
            return words + commit, f"https://github.com/{words}/tree/{self.ref}"
        host = urlsplit(self.source).hostname
        words = f"the mirror {host}" if host else "a local copy of the archive"
        return words + commit, None


def read_about(opened: duckdb.DuckDBPyConnection) -> About:
    """What an open published database says of itself."""
    return About(*only_row(opened, ABOUT))
