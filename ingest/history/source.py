"""List and read the hourly snapshots of the archive, from a folder or from a git clone.

Both have upstream's layout, `raw_data/leaderboards/<Arn>/<ISO time>Z.csv`, where an Arn
holds one slash. FINAL.csv and the catalogue are not history and are left out. A git clone
is read from its object store, bare or not.
Nothing outside the source is read: a link that leads out of it is refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ingest.errors import BadFile, IngestError
from ingest.file import git_blob
from ingest.history.clone import find_commit, list_clone, read_clone
from ingest.history.snapshot import SnapshotFile, SourceFile, is_snapshot
from ingest.source import LEADERBOARDS, check_file, find_file

NAME = "%Y-%m-%dT%H:%M:%SZ.csv"


class Source(NamedTuple):
    """Where files are read from: the leaderboards folder of an archive, or a git directory
    and the commit that is read (None for a folder)."""

    path: Path
    commit: str | None


def open_source(path: Path) -> Source:
    """Recognise a folder in upstream's layout or a git clone. A clone with its files checked out
    is read as a folder.

    Raises IngestError if it is neither, or a clone that cannot be read.
    """
    folder = path / LEADERBOARDS
    if any(folder.glob("arn:*")):
        _refuse_outside(folder, path)
        return Source(folder.resolve(), None)
    for repository in (path / ".git", path):
        if (repository / "objects").is_dir():
            _refuse_outside(repository, path)
            return Source(repository, find_commit(repository))
    raise IngestError(
        f"Expected an archive in {path}: a folder with {LEADERBOARDS} in it, or a git "
        "clone of aws-deepracer-community/deepracer-race-data. Found neither."
    )


def _refuse_outside(folder: Path, root: Path) -> None:
    if not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(root)):
        raise IngestError(
            f"Expected folders in {root}, found a link that leads out of it: "
            f"{printable(str(folder))}. Remove it, or put the folder itself there."
        )


def list_files(source: Source) -> Iterator[SourceFile]:
    """Every CSV file in a board's folder that could be a snapshot, in no particular order.

    Raises IngestError when the source cannot be listed.
    """
    if source.commit is not None:
        yield from list_clone(source.path, source.commit)
        return
    for board, folder in _board_folders(source.path):
        for entry in _entries(folder):
            if is_snapshot(entry.name):
                try:
                    found = entry.stat()
                    size, changed_ns = found.st_size, found.st_mtime_ns
                except OSError:  # a link to nowhere or in a circle: reading it will say so
                    size, changed_ns = 0, 0
                path = os.path.relpath(entry.path, source.path)
                yield SourceFile(board, printable(entry.name), size, changed_ns, path)


def _board_folders(root: Path) -> Iterator[tuple[str, str]]:
    """Boards and their folders, and the `arn:…` folders above them, which hold stray snapshots
    too."""
    for top in _entries(root):
        if top.name.startswith("arn:") and _is_folder(top, root):
            yield printable(top.name), top.path
            for entry in _entries(top.path):
                if _is_folder(entry, root):
                    yield printable(f"{top.name}/{entry.name}"), entry.path


def _is_folder(entry: os.DirEntry, root: Path) -> bool:
    try:
        is_folder = entry.is_dir()
    except OSError:  # links in a circle
        return False
    if is_folder and entry.is_symlink():
        _refuse_outside(Path(entry.path), root)
    return is_folder


def _entries(folder: str | Path) -> list[os.DirEntry]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise IngestError(
            f"Expected to list the folder {printable(str(folder))}, found: {error.strerror}. "
            "Give yourself the right to read it and run again."
        ) from None


def read_files(
    source: Source, files: list[SourceFile]
) -> Iterator[tuple[SourceFile, SnapshotFile | BadFile]]:
    """The files' contents, in the order given, or why one of them cannot be used.

    Raises IngestError when the source cannot be read any more.
    """
    if source.commit is not None:
        yield from read_clone(source.path, files)
        return
    for file in files:
        try:
            body = read_body(source.path, file)
        except BadFile as reason:
            yield file, reason
        else:
            yield file, SnapshotFile(file.name.removesuffix(".csv"), git_blob(body), body)


def read_body(root: Path, file: SourceFile) -> bytes:
    """One file's bytes, from a folder. Raises BadFile, or IngestError when it is gone."""
    assert file.path is not None
    path = root / file.path
    try:
        # Its folder was looked at when it was listed.
        if path.is_symlink():
            find_file(root, file.path)
        else:
            check_file(path)
        return path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            raise BadFile("a file", "a link that leads nowhere") from None
        raise IngestError(
            f"Expected {file.board}/{file.name} in {root} as listed, found it gone. Was the "
            "archive changed meanwhile? Run again."
        ) from None
    except OSError as refused:
        raise BadFile("a file that can be read", refused.strerror or str(refused)) from None


def check_name(name: str) -> str | None:
    """None for a snapshot's file name, else a sentence that says what is wrong with it."""
    try:
        if datetime.strptime(name, NAME).strftime(NAME) == name:
            return None
    except ValueError:
        pass
    return f"Expected a file name like 2021-10-20T12:00:00Z.csv or FINAL.csv, found {name!r}."


def printable(name: str) -> str:
    """A name as text: bytes that are not UTF-8 become `\\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
