"""Command line of the what-if: `python -m league.what_if --help`."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from league.ending import ended
from league.lock import locked
from league.options import add_data, add_seeds, parser
from league.paths import typed
from league.terminal import console, short
from league.what_if.build import build_aside
from league.what_if.changes import print_changes, read_changes
from league.what_if.errors import WhatIfError
from league.what_if.rules import find_rules
from publish.database import NAME

# Wide enough for a sentence; in a pipe there is no window to fit into.
PIPE_WIDTH = 120


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    data = options.data.resolve()
    to = data / "what-if" / _folder_name(options.rules)
    try:
        if options.rules.resolve().is_relative_to(to):
            raise WhatIfError(
                f"Expected RULES outside of {to}, where the answer goes; found "
                f"{options.rules}."
            )
        rules = find_rules(options.rules, options.seeds)
        with locked(to), console(PIPE_WIDTH, stderr=True).status("Building by other rules …"):
            database = build_aside(data / NAME, options.seeds.resolve(), rules, to)
    except WhatIfError as stopped:
        print(f"what if: {stopped}", file=sys.stderr)
        return 1
    out = console(PIPE_WIDTH)
    print_changes(read_changes(database), out)
    for words, path in (("Published, untouched", data / NAME), ("By these rules", database)):
        out.print(f"{words}: {short(path)}", soft_wrap=True, highlight=False)
    return 0


def _folder_name(rules: Path) -> str:
    return re.sub(r"[^\w.-]", "_", rules.resolve().name) or "rules"


def _options(arguments: list[str] | None) -> argparse.Namespace:
    asks = parser(
        "what_if",
        "Build the league by other rules beside the published one, and print who gains and "
        "who loses.",
        {"0": "answered", "1": "no answer", "2": "wrong arguments"},
    )
    add_data(asks, "the folder with the published league.duckdb")
    add_seeds(asks, "the rows of the published answer")
    asks.add_argument(
        "--rules",
        type=typed,
        required=True,
        help="a folder with other rows for files of seeds/; files it lacks stay as they are",
    )
    return asks.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(ended("what if", main))
