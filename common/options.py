"""What every command asks for alike: its help, where its data is, whose rows it builds from."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


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
    to.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("LEAGUE_DATA", "data")),
        help=f"{what} (default: data, or $LEAGUE_DATA)",
    )


def add_seeds(to: argparse.ArgumentParser, what: str) -> None:
    """--seeds, a Path. what: what the rows in it are, in words."""
    to.add_argument(
        "--seeds",
        type=Path,
        default=Path(os.environ.get("LEAGUE_SEEDS", "seeds")),
        help=f"{what} (default: seeds, or $LEAGUE_SEEDS)",
    )


def add_target(to: argparse.ArgumentParser) -> None:
    """--target, a Path."""
    to.add_argument(
        "--target",
        type=Path,
        default=Path(os.environ.get("DBT_TARGET_PATH", "target")),
        help="dbt's target folder (default: target, or $DBT_TARGET_PATH)",
    )
