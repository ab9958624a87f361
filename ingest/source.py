"""Where the race data lies: a folder or a web address, both in upstream's layout."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from ingest.errors import BadFile, IngestError

UPSTREAM = "https://raw.githubusercontent.com/aws-deepracer-community/deepracer-race-data"
# The archive's last commit: its hourly job is switched off since January 2026.
PINNED_REF = "a2cdeadf8b011769110bfece186c28f838355977"

LEADERBOARDS = "raw_data/leaderboards"
CATALOGUE = f"{LEADERBOARDS}/leaderboards.csv"

# An Arn becomes part of a path and of an address, so nothing else may be in it.
ARN = re.compile(r"arn:aws:deepracer:[a-z0-9-]*:[0-9]*:leaderboard/[A-Za-z0-9_-]+")

# No file of upstream comes near: the largest has 0.9 MB, 54 columns, and rows of 300 bytes.
MAX_BYTES = 64_000_000
MAX_COLUMNS = 500
MAX_LINE_BYTES = 1_000_000


@dataclass(frozen=True)
class Source:
    """A folder in upstream's layout, and where what is in it comes from.

    name: the folder or the web address, as it is noted in the database. ref: the commit.
    fetch: puts files into the folder before they are read. forget: called with files that
    turned out to be wrong, so that the next run fetches them.
    """

    folder: Path
    name: str
    ref: str | None = None
    fetch: Callable[[list[str]], None] = lambda files: None
    forget: Callable[[list[str]], None] = lambda files: None


def final_ranking(leaderboard_arn: str) -> str:
    """The name, in upstream's layout, of the final ranking of one board."""
    return f"{LEADERBOARDS}/{leaderboard_arn}/FINAL.csv"


def address(base: str, file: str) -> str:
    """The web address of `file` below `base`; a colon in an Arn becomes %3A.

    What `base` has behind a question mark stays at the end.
    """
    parts = urlsplit(base)
    path = f"{parts.path.rstrip('/')}/{quote(file)}"
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def is_web(source: str) -> bool:
    """Whether a source is a web address; everything else is a folder."""
    return source.startswith(("http://", "https://"))


def public_source(source: str) -> str:
    """What may be public of a source: no folder, no user, no password, no token.

    The one place that decides it, for the database, Parquet, CSV, the site and messages.
    """
    if not is_web(source):
        return "a local copy"
    try:
        parts = urlsplit(source)
    except ValueError:
        return "a web address"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def folder_source(folder: Path, name: str) -> Source:
    """A folder in upstream's layout, the one that holds `raw_data`.

    Raises IngestError where there is no catalogue in it.
    """
    if not os.path.lexists(folder / CATALOGUE):
        raise IngestError(
            f"Expected {CATALOGUE} in the folder {folder.absolute()}, found none. SOURCE has to "
            "be a folder in upstream's layout, the one that holds `raw_data`; unpack a zip first."
        )
    return Source(folder.resolve(), name)


def find_file(root: Path, file: str) -> Path:
    """The path of a file below `root`, a folder without links in its own path.

    Raises OSError, and BadFile as `check_file` does or where a link leads out of `root`.
    """
    path = root / file
    target = Path(os.path.realpath(path, strict=True))
    if not target.is_relative_to(root):
        raise BadFile("a file inside SOURCE", "a link that leads out of it")
    check_file(target)
    return path


def check_file(path: Path) -> None:
    """Raise BadFile for what is no file or is too large, and OSError."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise BadFile("a file", _kind(status.st_mode))
    if status.st_size > MAX_BYTES:
        raise BadFile(f"at most {MAX_BYTES:,} bytes", f"{status.st_size:,}")


def _kind(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def find_unclaimed_rankings(folder: Path, known: Collection[str]) -> list[str]:
    """Files below `folder` that are named much like a final ranking and are none of `known`."""
    found = {
        path.relative_to(folder).as_posix()
        for pattern in ("*.csv", "*/*.csv", "*/*/*.csv")
        for path in (folder / LEADERBOARDS).glob(pattern)
        if path.name.lower().startswith("final")
    }
    return sorted(found.difference(known))
