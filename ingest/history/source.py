"""List and read the hourly snapshots of the archive, from a folder or from a git clone.

Both have upstream's layout, `raw_data/leaderboards/<Arn>/<ISO time>Z.csv`, where an Arn
holds one slash. FINAL.csv and the catalogue are not history and are left out. A git clone
is read from its object store, bare or not.
Nothing outside the source is read: a link that leads out of it is refused.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from ingest.errors import BadFile, IngestError
from ingest.file import git_blob
from ingest.history.clone import find_commit, list_clone, read_clone
from ingest.history.snapshot import SnapshotFile, check_name, is_snapshot
from ingest.source import LEADERBOARDS, MAX_BYTES, find_file


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


def list_files(source: Source) -> Iterator[tuple[str, SnapshotFile]]:
    """Every CSV file that could be a snapshot, with its board's Arn, in no particular order.

    A folder `arn:…` above the boards may hold stray snapshots, too. Raises IngestError when the
    source cannot be listed or a file is gone.
    """
    if source.commit is not None:
        yield from list_clone(source.path, source.commit)
        return
    root = source.path
    for folder, folders, names in os.walk(root, onerror=_refuse_unreadable, followlinks=True):
        board = os.path.relpath(folder, root)
        if board == ".":
            names, folders[:] = [], [name for name in folders if name.startswith("arn:")]
        elif "/" in board:
            names, folders[:] = names + folders, []
        for name in folders:
            _refuse_outside(Path(folder, name), root)
        for name in filter(is_snapshot, names):
            yield printable(board), _describe(root, f"{board}/{name}", printable(name))


def _refuse_unreadable(error: OSError) -> NoReturn:
    raise IngestError(
        f"Expected to list the folder {printable(error.filename)}, found: {error.strerror}. "
        "Give yourself the right to read it and run again."
    ) from None


def _describe(root: Path, path: str, name: str) -> SnapshotFile:
    try:
        check_name(name)
        if printable(path) != path:
            raise BadFile("a folder with a name in UTF-8", printable(str(Path(path).parent)))
        found = os.lstat(f"{root}/{path}")
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
            found = find_file(root, path).stat()
    except (BadFile, OSError) as issue:
        return SnapshotFile(name, message=_explain(root, path, issue))
    return SnapshotFile(name, bytes=found.st_size, changed_ns=found.st_mtime_ns)


def _explain(root: Path, path: str, issue: BadFile | OSError) -> str:
    """Why a file cannot be read. Raises IngestError when it is gone."""
    if isinstance(issue, BadFile):
        return str(issue)
    if isinstance(issue, FileNotFoundError) and not (root / path).is_symlink():
        raise IngestError(
            f"Expected {path} in {printable(str(root))} as listed, found it gone. Was the "
            "archive changed meanwhile? Run again."
        ) from None
    return str(BadFile("a file that can be read", issue.strerror or str(issue)))


def read_files(
    source: Source, board: str, files: list[SnapshotFile]
) -> Iterator[tuple[SnapshotFile, bytes]]:
    """The files of a board in the order given, with their git blobs, and their contents; or with
    a message that says why one cannot be read.

    Raises IngestError when the source cannot be read any more.
    """
    if source.commit is not None:
        yield from read_clone(source.path, board, files)
        return
    for file in files:
        body = b""
        if not file.message:
            path = f"{board}/{file.file_name}"
            try:
                body = find_file(source.path, path).read_bytes()
                file = file._replace(git_blob=git_blob(body))
            except (BadFile, OSError) as issue:
                file = file._replace(bytes=0, message=_explain(source.path, path, issue))
        yield file, body


def add_git_blob(source: Source, board: str, file: SnapshotFile) -> SnapshotFile:
    """A listed file with its git blob, for which it is read from a folder; or with a message
    that says why it has none."""
    if not file.git_blob and not file.message:
        ((file, _),) = read_files(source, board, [file])
    return file


def printable(name: str) -> str:
    """A name as text: bytes that are not UTF-8 become `\\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
