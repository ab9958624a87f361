"""One file of a run: what was fetched, what was read, and what became of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from ingest.errors import Broken
from ingest.parse import CATALOGUE_COLUMNS, RANKING_COLUMNS, Table


@dataclass
class File:
    """A catalogue or a ranking, on its way from the source into schema `raw`.

    outcome: loaded, unchanged, not_published, empty or quarantined.
    known_rows: how many rows the file had when it was last understood, if ever.
    """

    name: str
    leaderboard_arn: str | None
    body: bytes | None
    content: Table | Broken | None = None
    outcome: str = ""
    known_rows: int | None = None

    @cached_property
    def sha256(self) -> str | None:
        return None if self.body is None else hashlib.sha256(self.body).hexdigest()

    @cached_property
    def git_blob(self) -> str | None:
        """The id that git gives to the content."""
        if self.body is None:
            return None
        # A name that git gives to a content; nobody is kept out by it.
        return hashlib.sha1(
            b"blob %d\0%b" % (len(self.body), self.body), usedforsecurity=False
        ).hexdigest()

    @property
    def table(self) -> Table:
        """What was understood; a table without anything where nothing was."""
        return self.content if isinstance(self.content, Table) else Table((), [])

    @property
    def row_count(self) -> int:
        """How many rows were understood; 0 where there are none to understand."""
        return len(self.table.rows)

    @property
    def new_columns(self) -> list[str]:
        """Columns that no file of upstream had so far."""
        return [
            name
            for name in self.table.header
            if name not in CATALOGUE_COLUMNS + RANKING_COLUMNS
        ]
