"""The files of the archive as one commit has them, read from a git clone, bare or not."""

from __future__ import annotations

import bisect
import csv
import io
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path

ROOT = "raw_data/leaderboards/"
# The git blob of a file with nothing in it but a newline.
ONE_NEWLINE = "8b137891791fe96927ad78e64b0aad7bded08bdc"


class NoCommit(ValueError):
    """The clone has no commit at or before the moment."""


def git(clone: Path, *arguments: str) -> bytes:
    return subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(clone), *arguments],
        capture_output=True,
        check=True,
    ).stdout


@lru_cache(maxsize=100)
def _rows(clone: Path, blob: str) -> list[dict[str, str]]:
    text = git(clone, "cat-file", "blob", blob).decode("utf-8")
    return parsed(text)


def parsed(text: str) -> list[dict[str, str]]:
    # DictReader takes three times as long, which counts where it is thousands of files.
    header, *rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row] or [[]]
    return [dict(zip(header, row, strict=True)) for row in rows]


@dataclass
class Tree:
    """One commit: for each board (Arn) its snapshots' hours in order, and its final ranking.

    `blobs` maps a file's path below raw_data/leaderboards to its git blob.
    """

    clone: Path
    commit: str
    committed_at: datetime
    blobs: dict[str, str]
    hours: dict[str, list[str]]

    def rows(self, path: str) -> list[dict[str, str]]:
        """The rows of a file, by column name; a file of one empty line has none."""
        return _rows(self.clone, self.blobs[path])

    def final(self, board: str) -> list[dict[str, str]] | None:
        """The board's final ranking, None where this commit has none."""
        path = f"{board}/FINAL.csv"
        return (self.rows(path) or None) if path in self.blobs else None

    def latest(self, board: str, hour: str) -> str | None:
        """The board's last snapshot at or before `hour` (2021-10-20T12:00:00Z)."""
        hours = self.hours.get(board, [])
        at = bisect.bisect_right(hours, hour)
        return hours[at - 1] if at else None


def tree_at(clone: Path, moment: datetime | None = None) -> Tree:
    """The last commit at or before `moment`, or the newest one.

    Raises NoCommit where the clone begins later.
    """
    before = [f"--before={moment:%Y-%m-%dT%H:%M:%SZ}"] if moment else []
    commit = git(clone, "rev-list", "-1", *before, "HEAD").decode().strip()
    if not commit:
        raise NoCommit(f"Expected a commit of {clone} at or before {moment}, found none.")
    seconds = int(git(clone, "show", "-s", "--format=%ct", commit))
    listing = git(clone, "ls-tree", "-r", "-z", "--full-tree", commit, ROOT).decode()
    blobs = {}
    for line in listing.split("\0")[:-1]:
        facts, path = line.split("\t", 1)
        # In its first days the archive named its files without the Z.
        path = re.sub(r"(T\d\d:\d\d:\d\d)\.csv$", r"\1Z.csv", path)
        blobs[path[len(ROOT) :]] = facts.split()[2]
    return Tree(
        clone, commit, datetime.fromtimestamp(seconds, timezone.utc), blobs, _hours(blobs)
    )


def _hours(paths: Iterable[str]) -> dict[str, list[str]]:
    hours: dict[str, list[str]] = {}
    for path in sorted(paths):
        board, _, name = path.rpartition("/")
        if board.startswith("arn:") and name != "FINAL.csv":
            hours.setdefault(board, []).append(name[: -len(".csv")])
    return hours


class _Folder(Tree):
    def rows(self, path: str) -> list[dict[str, str]]:
        return _rows_of_file(self.clone / ROOT / path)


@lru_cache(maxsize=100)
def _rows_of_file(path: Path) -> list[dict[str, str]]:
    return parsed(path.read_text(encoding="utf-8"))


def tree_of_folder(folder: Path) -> Tree:
    """A folder in upstream's layout, read as if it were a commit of now."""
    root = folder / ROOT
    blobs = {
        str(path.relative_to(root)): ONE_NEWLINE if path.stat().st_size == 1 else ""
        for path in root.glob("arn:*/*/*.csv")
    }
    return _Folder(folder, "", datetime.now(timezone.utc), blobs, _hours(blobs))
