"""The proof, inside a database, that it was built as a whole and that all of it passed.

dbt clears it when a build starts and writes it when the build ends (macros/proof.sql), so a
build that was killed has none, whatever lies beside the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from league.rows import only_row
from publish.errors import PublishError

AGAIN = "Run `make winners`, or `dbt build` and `python -m publish`."


@dataclass(frozen=True)
class Build:
    """A build that passed: what it is called, and when it was made.

    build_id: the same wherever files, seeds and models are the same.
    """

    build_id: str
    built_at_utc: datetime


def read_build(opened: duckdb.DuckDBPyConnection) -> Build:
    """The build of an open database that was published: proven, or it would not be."""
    return Build(*only_row(opened, "select build_id, built_at_utc from build.proof"))


def proven_build(opened: duckdb.DuckDBPyConnection) -> Build:
    """The build of an open build database.

    Raises PublishError where nothing was built, where it was stopped, where something did
    not pass, or where the data is no longer what it was built from.
    """
    try:
        row = opened.execute(
            "select build_id, built_at_utc, not_passed, content = raw.content() "
            "from build.proof"
        ).fetchone()
    except duckdb.CatalogException as unknown:
        raise PublishError(
            f"Expected a build that passed, found none in the database. {AGAIN}"
        ) from unknown
    if row is None:
        raise PublishError(
            "Expected a whole build, found one that was stopped before its end, or is under "
            f"way. {AGAIN}"
        )
    build_id, built_at, not_passed, is_of_this_data = row
    if not_passed:
        raise PublishError(
            f"Expected all models and tests of the last build to pass; {not_passed}. "
            "Run a whole `dbt build`."
        )
    if not is_of_this_data:
        raise PublishError(
            "Expected a build newer than the data; files were loaded after it. Run "
            "`dbt build` again."
        )
    return Build(build_id, built_at)
