"""Where the race data lies: a folder or a web address, both in upstream's layout."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable
from urllib.parse import quote

from ingest.errors import IngestError

UPSTREAM = "https://raw.githubusercontent.com/aws-deepracer-community/deepracer-race-data"
# The archive's last commit: its hourly job is switched off since January 2026.
PINNED_REF = "a2cdeadf8b011769110bfece186c28f838355977"

LEADERBOARDS = "raw_data/leaderboards"
CATALOGUE = f"{LEADERBOARDS}/leaderboards.csv"

# An Arn becomes part of a path and of an address, so nothing else may be in it.
ARN = re.compile(r"arn:aws:deepracer:[a-z0-9-]*:[0-9]*:leaderboard/[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Fetched:
    """One file of the source: its name in upstream's layout and its bytes.

    `body` is None where the source has no such file (404, or no file in the folder).
    """

    file: str
    body: bytes | None


# Takes file names in upstream's layout, gives them back in the same order.
Fetch = Callable[[list[str]], list[Fetched]]


def final_ranking(leaderboard_arn: str) -> str:
    """The name, in upstream's layout, of the final ranking of one board."""
    return f"{LEADERBOARDS}/{leaderboard_arn}/FINAL.csv"


def address(base: str, file: str) -> str:
    """The web address of `file` below `base`; a colon in an Arn becomes %3A."""
    return f"{base.rstrip('/')}/{quote(file)}"


def is_web(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def fetch_from_folder(folder: Path) -> Fetch:
    """Read files from a folder in upstream's layout, the one that holds `raw_data`.

    Raises IngestError where there is no catalogue in it.
    """
    if not (folder / CATALOGUE).is_file():
        raise IngestError(
            f"Expected {CATALOGUE} in the folder {folder}, found none. SOURCE has to be a "
            "folder in upstream's layout, the one that holds `raw_data`."
        )

    def fetch(files: list[str]) -> list[Fetched]:
        return [Fetched(file, _read(folder / file)) for file in files]

    return fetch


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
