"""List and read the hourly snapshots of the archive, from a folder or from a git clone.

Both have upstream's layout, `raw_data/leaderboards/<Arn>/<ISO time>Z.csv`, where an Arn
holds one slash. FINAL.csv and the catalogue are not history and are left out. A git clone
is read from its object store, bare or not: on Windows its file names cannot be checked out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ingest.history.board import SnapshotFile
from ingest.history.clone import find_commit, list_clone, read_clone
from ingest.history.errors import SourceError, Unreadable
from ingest.history.folder import list_folder, read_folder
from ingest.history.listed import Listed
from ingest.source import LEADERBOARDS

_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.csv")


class Source(NamedTuple):
    """Where files are read from: the leaderboards folder of an archive, or a git directory
    and the commit that is read (None for a folder)."""

    path: Path
    commit: str | None


def open_source(path: Path) -> Source:
    """Recognise a folder in upstream's layout (the archive, `raw_data`, or `leaderboards`)
    or a git clone. A clone with its files checked out is read as a folder.

    Raises SourceError if it is neither, or a clone that cannot be read.
    """
    for folder in (path / LEADERBOARDS, path / "leaderboards", path):
        if folder.is_dir() and any(name.startswith("arn:") for name in os.listdir(folder)):
            return Source(folder, None)
    for repository in (path / ".git", path):
        if repository.name == ".git" and repository.is_file():
            raise SourceError(
                f"Expected a git clone in {path}, found a work tree that belongs to another "
                "repository (.git is a file). Give that repository as SOURCE."
            )
        if (repository / "objects").is_dir():
            return Source(repository, find_commit(repository))
    raise SourceError(
        f"Expected an archive in {path}: a folder with {LEADERBOARDS}/arn:… in it, or a git "
        "clone of aws-deepracer-community/deepracer-race-data. Found neither."
    )


def list_files(source: Source) -> Iterator[Listed]:
    """Every CSV file in a board's folder that could be a snapshot, in no particular order.

    Raises SourceError when the source cannot be listed.
    """
    if source.commit is not None:
        return list_clone(source.path, source.commit)
    return list_folder(source.path)


def read_files(
    source: Source, files: list[Listed]
) -> Iterator[tuple[Listed, SnapshotFile | Unreadable]]:
    """The files' contents, in the order given, or why one of them cannot be read.

    Raises SourceError when the source cannot be read any more.
    """
    if source.commit is not None:
        yield from read_clone(source.path, files)
        return
    for file in files:
        try:
            yield file, read_folder(source.path, file)
        except Unreadable as reason:
            yield file, reason


def wrong_name(name: str) -> str | None:
    """None for a snapshot's file name, else a sentence that says what is wrong with it."""
    if _NAME.fullmatch(name):
        try:
            datetime.strptime(name, "%Y-%m-%dT%H:%M:%SZ.csv")
            return None
        except ValueError:
            pass
    return f"Expected a file name like 2021-10-20T12:00:00Z.csv or FINAL.csv, found {name!r}."
