"""Command line of the history: `python -m ingest.history --help`."""

from __future__ import annotations

import argparse
import sys

from league.ending import ended
from league.lock import locked
from league.made_here import claim
from league.options import parser
from league.paths import typed

NOTHING_NEW = 10
EXIT_CODES = {
    "0": "loaded",
    "1": "not all was loaded: no source, no room, database busy; run again to go on",
    "2": "wrong arguments",
    "10": "nothing is new (only with --published)",
    "130, 143": "stopped by Ctrl-C, or by a signal to end; boards that were done are kept",
}


def main(arguments: list[str] | None = None) -> int:
    """Load, then say what was loaded and what is in quarantine."""
    given = _options(arguments)
    return ended("history", lambda: _load(given))


def _load(given: argparse.Namespace) -> int:
    # Imported where Ctrl-C is minded already: it takes a while.
    from ingest.errors import IngestError
    from ingest.history.load import load

    folder = given.database.parent
    try:
        with locked(folder.parent if folder.name == "build" else folder):
            if folder.name == "build":
                claim(folder.parent)
            summary = load(given.database, given.source)
            nothing_new = not summary.outcomes and _is_published(given)
    except IngestError as error:
        print(f"history: {error}", file=sys.stderr)
        return 1
    found = ", ".join(f"{count:,} {what}" for what, count in sorted(summary.outcomes.items()))
    print(f"{found or 'nothing new'}; {summary.known:,} files were known")
    if summary.outcomes.get("quarantined"):
        print("See: select * from history.file where outcome = 'quarantined'", file=sys.stderr)
    return NOTHING_NEW if nothing_new else 0


def _is_published(given: argparse.Namespace) -> bool:
    """Whether what was published is the whole build of this data."""
    import duckdb

    if not given.published or not given.published.is_file():
        return False
    try:
        with duckdb.connect(str(given.database), read_only=True) as built:
            row = built.execute(
                "select build_id from build.proof "
                "where content = raw.content() and coalesce(not_passed, '') = ''"
            ).fetchone()
        with duckdb.connect(str(given.published), read_only=True) as published:
            return row == published.execute("select build_id from build.proof").fetchone()
    except duckdb.Error:  # not built yet, or by another version of this project
        return False


def _options(arguments: list[str] | None) -> argparse.Namespace:
    asks = parser(
        "ingest.history",
        "Load the hourly snapshots of the archive into schema `history`.",
        EXIT_CODES,
    )
    asks.add_argument("database", type=typed)
    asks.add_argument("source", type=typed, help="folder in upstream's layout, or git clone")
    asks.add_argument(
        "--published",
        type=typed,
        help="end with 10 where nothing is new and this database is the build of it",
    )
    return asks.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
