"""The hourly snapshots in a folder. Nothing outside the folder is read.

A link that leads out of it is not followed, and what is no file (a named pipe, a folder)
is not opened as one.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ingest.history.board import SnapshotFile, blob_id
from ingest.history.errors import SourceError, Unreadable
from ingest.history.listed import MOST_BYTES, Listed, is_snapshot, too_large

# A named pipe is opened without waiting for somebody to write; neither exists on Windows.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def list_folder(root: Path) -> Iterator[Listed]:
    """Every file that could be a snapshot. Raises SourceError for a folder that cannot be
    listed, or lies elsewhere."""
    for folder in _folders(root):
        board = printable(os.path.relpath(folder, root).replace(os.sep, "/"))
        for entry in _entries(folder):
            if is_snapshot(entry.name):
                size, changed_ns = _size_and_time(entry)
                path = os.path.relpath(entry.path, root)
                yield Listed(board, printable(entry.name), size, changed_ns, path)


def read_folder(root: Path, file: Listed) -> SnapshotFile:
    """One file. Raises Unreadable, or SourceError when it is no longer there."""
    body = read_body(root, file)
    return SnapshotFile(file.name[: -len(".csv")], blob_id(body), body)


def read_body(root: Path, file: Listed) -> bytes:
    """One file's bytes. Raises as `read_folder` does."""
    assert file.path is not None
    path = root / file.path
    if path.is_symlink() and not _is_inside(path, root):
        raise Unreadable("Expected a file, found a link that leads out of SOURCE.")
    try:
        handle = os.open(path, _OPEN)
    except FileNotFoundError:
        if path.is_symlink():
            raise Unreadable("Expected a file, found a link that leads nowhere.") from None
        raise SourceError(
            f"Expected {file.board}/{file.name} in {root} as listed, found it gone. Was the "
            "archive changed meanwhile? Run again."
        ) from None
    except OSError as error:
        raise Unreadable(f"Expected a file, found: {error.strerror}.") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("Expected a file, found something else.")
        if found.st_size > MOST_BYTES:
            raise too_large(found.st_size)
        with open(handle, "rb", buffering=0, closefd=False) as opened:
            return opened.read()
    except OSError as error:
        raise Unreadable(f"Expected a file, found: {error.strerror}.") from None
    finally:
        os.close(handle)


def printable(name: str) -> str:
    """A name as text: bytes that are not UTF-8 become `\\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _folders(root: Path) -> Iterator[str]:
    """Board folders, and the `arn:…` folders above them, which hold stray snapshots too."""
    for top in _entries(root):
        if top.name.startswith("arn:") and _is_folder(top, root):
            yield top.path
            yield from (entry.path for entry in _entries(top.path) if _is_folder(entry, root))


def _is_folder(entry: os.DirEntry, root: Path) -> bool:
    try:
        is_folder = entry.is_dir()
    except OSError:  # links in a circle
        return False
    if is_folder and entry.is_symlink() and not _is_inside(entry.path, root):
        raise SourceError(
            f"Expected folders in {root}, found a link that leads out of it: "
            f"{printable(entry.path)}. Remove it, or put the folder itself there."
        )
    return is_folder


def _entries(folder: str | Path) -> list[os.DirEntry]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise SourceError(
            f"Expected to list the folder {printable(str(folder))}, found: {error.strerror}. "
            "Give yourself the right to read it and run again."
        ) from None


def _size_and_time(entry: os.DirEntry) -> tuple[int, int]:
    try:
        found = entry.stat()
    except OSError:  # a link that leads nowhere or in a circle: reading it will say so
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _is_inside(path: str | Path, root: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
