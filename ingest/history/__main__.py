"""Command line of the history: `python -m ingest.history --help`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ingest.stop import Stopped, stoppable

NOTHING_NEW = 10
EXIT_CODES = """exit codes:
    0  loaded
    1  not all was loaded: no source, no room, database busy; run again to go on
    2  wrong arguments
   10  nothing is new (only with --published)
  130  stopped by Ctrl-C (143: by SIGTERM); boards that were done are kept
"""


def main(arguments: list[str] | None = None) -> int:
    """Load, then say what was loaded and what is in quarantine."""
    given = _options(arguments)
    try:
        with stoppable():
            return _load(given)
    except Stopped as stopped:
        print(
            "history: stopped. Boards that were done are kept; run again to go on.",
            file=sys.stderr,
        )
        return stopped.exit_code


def _load(given: argparse.Namespace) -> int:
    # Imported where Ctrl-C is minded already: it takes a while.
    import duckdb

    from ingest.errors import IngestError
    from ingest.history.load import load

    try:
        summary = load(given.database, given.source)
        nothing_new = not summary.outcomes and _has_all(given.published, given.database)
    except IngestError as error:
        print(f"history: {error}", file=sys.stderr)
        return 1
    except (OSError, duckdb.Error) as error:
        print(
            f"history: Expected to write to {given.database}, found: "
            f"{str(error).splitlines()[0]}. Boards that were done are kept; make room and "
            "run again to go on.",
            file=sys.stderr,
        )
        return 1
    found = ", ".join(f"{count:,} {what}" for what, count in sorted(summary.outcomes.items()))
    print(f"{found or 'nothing new'}; {summary.known:,} files were known")
    if summary.outcomes.get("quarantined"):
        print("See: select * from history.file where outcome = 'quarantined'", file=sys.stderr)
    return NOTHING_NEW if nothing_new else 0


def _has_all(published: Path | None, database: Path) -> bool:
    """Whether the published database has the same outcomes of the same files."""
    import duckdb

    if not published or not published.is_file():
        return False
    states = []
    for path in (published, database):
        with duckdb.connect(str(path), read_only=True) as connection:
            states.append(
                connection.execute(
                    "select count(*), bit_xor(hash(leaderboard_arn, file_name, outcome, "
                    "git_blob)) from history.file"
                ).fetchone()
            )
    return states[0] == states[1]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ingest.history",
        description="Load the hourly snapshots of the archive into schema `history`.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("database", type=Path)
    parser.add_argument("source", type=Path, help="folder in upstream's layout, or git clone")
    parser.add_argument(
        "--published",
        type=Path,
        help="end with 10 where nothing is new and this database has all of the history",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
