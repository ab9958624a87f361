"""Command line of the what-if: `python -m what_if --help`."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from rich.console import Console

from league.ending import ended
from league.lock import locked
from publish.database import NAME
from what_if.build import build_aside
from what_if.changes import print_changes, read_changes
from what_if.errors import WhatIfError
from what_if.rules import find_rules

# Wide enough for a sentence; in a pipe there is no window to fit into.
PIPE_WIDTH = 120


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    data = Path(options.data).resolve()
    to = data / "what-if" / _folder_name(options.rules)
    try:
        if options.rules.resolve().is_relative_to(to):
            raise WhatIfError(
                f"Expected RULES outside of {to}, where the answer goes; found "
                f"{options.rules}."
            )
        rules = find_rules(options.rules, options.seeds)
        with locked(to), Console(stderr=True).status("Building by other rules …"):
            database = build_aside(data / NAME, options.seeds.resolve(), rules, to)
    except WhatIfError as stopped:
        print(f"what if: {stopped}", file=sys.stderr)
        return 1
    console = Console()
    console = console if console.is_terminal else Console(width=PIPE_WIDTH)
    print_changes(read_changes(database), console)
    for words, path in (("Published, untouched", data / NAME), ("By these rules", database)):
        console.print(f"{words}: {_short(path)}", soft_wrap=True, highlight=False)
    return 0


def _folder_name(rules: Path) -> str:
    return re.sub(r"[^\w.-]", "_", rules.resolve().name) or "rules"


def _short(path: Path) -> Path:
    """As a person in this folder would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m what_if",
        description="Build the league by other rules beside the published one, and print who "
        "gains and who loses.",
        epilog="exit codes: 0 answered, 1 no answer, 2 wrong arguments",
    )
    parser.add_argument(
        "--rules",
        type=Path,
        required=True,
        help="a folder with other rows for files of seeds/; files it lacks stay as they are",
    )
    parser.add_argument(
        "--data",
        default=os.environ.get("LEAGUE_DATA", "data"),
        help="the folder with the published league.duckdb (default: data, or $LEAGUE_DATA)",
    )
    parser.add_argument(
        "--seeds",
        type=Path,
        default=Path(os.environ.get("LEAGUE_SEEDS", "seeds")),
        help="the rows of the published answer (default: seeds)",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(ended("what if", main))
