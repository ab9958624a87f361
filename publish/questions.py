"""Questions about any hour, as macros of the published database: questions.sql."""

from __future__ import annotations

from pathlib import Path

import duckdb

QUESTIONS = Path(__file__).with_name("questions.sql")


def create_questions(database: duckdb.DuckDBPyConnection) -> None:
    """Create `standings_at` and `racer_story`.

    They need schema `history`, which is there without any history too, and the build's
    int_history_identities, which says who is meant where a file has no UserId.
    """
    database.execute(QUESTIONS.read_text(encoding="utf-8"))
