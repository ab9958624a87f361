"""What every command asks for alike: its help, where its data is, whose rows it builds from."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from league.paths import data_folder, typed


def parser(command: str, does: str, exit_codes: dict[str, str]) -> argparse.ArgumentParser:
    """A parser for `python -m <command>` whose help ends with what each exit code means."""
    width = max(map(len, exit_codes))
    lines = [f"  {code:<{width}}  {meaning}" for code, meaning in exit_codes.items()]
    return argparse.ArgumentParser(
        prog=f"python -m {command}",
        description=does,
        epilog="\n".join(["exit codes:", *lines]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_data(to: argparse.ArgumentParser, what: str) -> None:
    """--data, a Path. what: what the folder holds, in words."""
    _add_folder(to, "data", "LEAGUE_DATA", what, data_folder)


def add_seeds(to: argparse.ArgumentParser, what: str) -> None:
    """--seeds, a Path. what: what the rows in it are, in words."""
    _add_folder(to, "seeds", "LEAGUE_SEEDS", what)


def add_target(to: argparse.ArgumentParser) -> None:
    """--target, a Path."""
    _add_folder(to, "target", "DBT_TARGET_PATH", "dbt's target folder")


def _add_folder(
    to: argparse.ArgumentParser,
    name: str,
    variable: str,
    what: str,
    kind: Callable[[str], Path] = typed,
) -> None:
    to.add_argument(
        f"--{name}",
        type=kind,
        # A default that is a text goes through `type` as well.
        default=os.environ.get(variable, name),
        help=f"{what} (default: {name}, or ${variable})",
    )
