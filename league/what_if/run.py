"""Build by other rules beside the published answer, and print what they change."""

from __future__ import annotations

import re
from pathlib import Path

from league.errors import LeagueError
from league.made_here import at_work
from league.terminal import console, short
from league.what_if.build import build_aside
from league.what_if.changes import print_changes, read_changes
from league.what_if.rules import find_rules
from publish.database import NAME

# Wide enough for a sentence; in a pipe there is no window to fit into.
PIPE_WIDTH = 120


def answer(data: Path, seeds: Path, rules: Path) -> None:
    """Build the league of `data` with files of `rules` in place of those of `seeds`, in
    `data`/what-if, and print who gains and who loses.

    Raises LeagueError where there is no answer; nothing that was published is touched.
    """
    to = data / "what-if" / _folder_name(rules)
    if rules.resolve().is_relative_to(to):
        raise LeagueError(
            f"Expected RULES outside of {to}, where the answer goes; found {rules}."
        )
    files = find_rules(rules, seeds)
    with at_work(to), console(PIPE_WIDTH, stderr=True).status("Building by other rules …"):
        database = build_aside(data / NAME, seeds.resolve(), files, to)
    out = console(PIPE_WIDTH)
    print_changes(read_changes(database), out)
    for words, path in (("Published, untouched", data / NAME), ("By these rules", database)):
        out.print(f"{words}: {short(path)}", soft_wrap=True, highlight=False, markup=False)


def _folder_name(rules: Path) -> str:
    return re.sub(r"[^\w.-]", "_", rules.resolve().name) or "rules"
