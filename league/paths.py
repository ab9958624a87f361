"""Paths as people type them, and as DuckDB reads them."""

from __future__ import annotations

import re
from pathlib import Path

import click

from league.errors import LeagueError

PROJECT_SEEDS = Path("seeds")


def typed(path: str) -> Path:
    """A path from a command line or the environment: `~` is the home folder, also where no
    shell has expanded it (`DATA=~/league`)."""
    return Path(path).expanduser()


def seed_files(folder: Path) -> list[Path]:
    """The CSV files of a folder, by name. A hidden one, like the `._rounds.csv` that macOS puts
    beside a copy, is none."""
    return sorted(folder.glob("[!.]*.csv"))


def data_folder(path: str) -> Path:
    """The folder of data, as somebody typed it, as an absolute path.

    Raises click.BadParameter where DuckDB cannot write below it: it takes what follows a `?`
    for the query of a web address, and looks for its log in another folder; also where the
    path is relative or leads through a link.
    """
    folder = typed(path).resolve()
    if "?" in str(folder):
        raise click.BadParameter(
            f"Expected a folder without `?` in its path, found {folder}. DuckDB cannot write "
            "there: rename the folder, or name another DATA=<folder> (--data)."
        )
    return folder


def existing(database: Path) -> Path:
    """The path of a database. Raises LeagueError where there is none."""
    if not database.is_file():
        raise LeagueError(
            f"There is no {database} yet. Run `make winners` first, or name another folder: "
            "DATA=<folder> (--data). What `make demo` makes is in DATA=data/demo."
        )
    return database


def literal(path: Path) -> str:
    """A path for read_parquet and read_csv that means this one file: `*`, `?` and `[` in it
    stand for themselves."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))
