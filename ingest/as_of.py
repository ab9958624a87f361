"""Look back from a moment: a build database of its own, so that no real result is touched.

The copy holds everything; what was not known yet is left out by the models (`as_of`), and
what the models do not need is dropped before the database is published.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from datetime import datetime, timezone
from pathlib import Path

import duckdb

from ingest.errors import IngestError


def parse_moment(text: str) -> datetime:
    """`2021-10-20T12:00:00Z` as a time in UTC.

    Raises IngestError for anything else: a moment without a zone means another hour to
    everybody who reads it.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError as other:
        raise IngestError(
            f"Expected AS_OF as a moment in UTC like 2021-10-20T12:00:00Z, found {text!r}."
        ) from other


def prepare(database_path: Path, data: Path, moment: datetime) -> Path:
    """Copy the build database to `data`/build and note the moment in it.

    Raises IngestError where there is no database, or no history in it: without snapshots
    nobody knows how a running race stood.
    """
    if not database_path.is_file():
        raise IngestError(
            f"Expected a build at {database_path}, found none. Run `make winners` and "
            "`make history` first."
        )
    with duckdb.connect(str(database_path), read_only=True) as built:
        (snapshots,) = built.execute("select count(*) from history.snapshot").fetchone()
    if not snapshots:
        raise IngestError(
            f"Expected the hourly history in {database_path}, found no snapshot. Run "
            "`make history SOURCE=…` first."
        )
    copy = data / "build/league.duckdb"
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.with_name("league.duckdb.wal").unlink(missing_ok=True)
    shutil.copyfile(database_path, copy)
    with duckdb.connect(str(copy)) as database:
        database.execute("update raw.source set as_of_utc = ?", [moment.replace(tzinfo=None)])
    return copy


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m ingest.as_of",
        description="Copy the build database, to look back from a moment.",
    )
    parser.add_argument("moment", help="a moment in UTC: 2021-10-20T12:00:00Z")
    parser.add_argument("--database", type=Path, required=True, help="the build to copy")
    parser.add_argument("--data", type=Path, default=os.environ.get("LEAGUE_DATA", "data"))
    options = parser.parse_args(arguments)
    try:
        prepare(options.database, Path(options.data), parse_moment(options.moment))
    except IngestError as stopped:
        print(f"as of: {stopped}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
