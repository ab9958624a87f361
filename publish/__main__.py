"""Command line of publishing: `python -m publish --help`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console

from publish.database import publish_database
from publish.errors import PublishError
from publish.winners import print_winners, read_awards

# Wide enough for a row a round; in a pipe there is no window to fit into.
PIPE_WIDTH = 100


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPE_WIDTH)
    try:
        published = publish_database(Path(options.data), options.target)
    except PublishError as stopped:
        print(f"publish: {stopped}", file=sys.stderr)
        return 1
    print_winners(*read_awards(published), console)
    console.print(f"Published: {_short(published)}", soft_wrap=True, highlight=False)
    return 0


def _short(path: Path) -> Path:
    """As a person in this folder would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m publish",
        description="Publish the database of the last build, if all of it passed, and "
        "print who won what.",
        epilog="exit codes: 0 published, 1 nothing was published, 2 wrong arguments",
    )
    parser.add_argument(
        "--data",
        default=os.environ.get("LEAGUE_DATA", "data"),
        help="the folder with build/league.duckdb (default: data, or $LEAGUE_DATA)",
    )
    parser.add_argument(
        "--target",
        type=Path,
        default=Path(os.environ.get("DBT_TARGET_PATH", "target")),
        help="dbt's target folder (default: target, or $DBT_TARGET_PATH)",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
