"""Paths as people type them, and as DuckDB reads them."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from pathlib import Path


def typed(path: str) -> Path:
    """A path from a command line or the environment: `~` is the home folder, also where no
    shell has expanded it (`DATA=~/league`)."""
    return Path(path).expanduser()


def data_folder(path: str) -> Path:
    """The folder of data, as somebody typed it.

    Raises ArgumentTypeError where DuckDB cannot write below it: it takes what follows a `?`
    for the query of a web address, and looks for its log in another folder.
    """
    folder = typed(path)
    if "?" in str(folder.absolute()):
        raise ArgumentTypeError(
            f"Expected a folder without `?` in its path, found {folder}. DuckDB cannot write "
            "there: rename the folder, or name another DATA=<folder>."
        )
    return folder


def literal(path: Path) -> str:
    """A path for read_parquet and read_csv that means this one file: `*`, `?` and `[` in it
    stand for themselves."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))
