"""List and read the hourly snapshots of the archive, from a folder or from a git clone.

Both have upstream's layout, `raw_data/leaderboards/<Arn>/<ISO time>Z.csv`, where an Arn
holds one slash. FINAL.csv and the catalogue are not history and are left out. A git clone
is read from its object store, bare or not: on Windows its file names cannot be checked out.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ingest.history.encode import File, blob_id

ROOT = "raw_data/leaderboards"
NOT_HISTORY = {"FINAL.csv", "leaderboards.csv"}
_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.csv")


class SourceError(ValueError):
    """The source cannot be read as an archive; the message says what to do."""


class Listed(NamedTuple):
    """One CSV file of a board: the board's Arn, the file's name, its size in bytes, and the
    git blob SHA-1 where the source knows it without reading (20 bytes)."""

    board: str
    name: str
    size: int
    blob: bytes | None


class Source(NamedTuple):
    """Where files are read from. `kind` is "folder" or "git"; `path` the leaderboards folder
    or the repository."""

    kind: str
    path: Path


def open_source(path: Path) -> Source:
    """Recognise a folder in upstream's layout (the archive, `raw_data`, or `leaderboards`)
    or a git clone. A clone with its files checked out is read as a folder.

    Raises SourceError if it is neither.
    """
    for folder in (path / ROOT, path / "leaderboards", path):
        if folder.is_dir() and any(name.startswith("arn:") for name in os.listdir(folder)):
            return Source("folder", folder)
    if (path / ".git").exists() or (path / "objects").is_dir():
        return Source("git", path)
    raise SourceError(
        f"expected an archive in {path}: a folder with {ROOT}/arn:… in it, or a git clone of "
        "aws-deepracer-community/deepracer-race-data; found neither"
    )


def list_files(source: Source) -> Iterator[Listed]:
    """Every CSV file in a board's folder that could be a snapshot, in no particular order.

    Raises SourceError when git cannot read the clone.
    """
    return _list_git(source.path) if source.kind == "git" else _list_folder(source.path)


def wrong_name(name: str) -> str | None:
    """None for a snapshot's file name, else a sentence that says what is wrong with it."""
    if _NAME.fullmatch(name):
        try:
            datetime.strptime(name, "%Y-%m-%dT%H:%M:%SZ.csv")
            return None
        except ValueError:
            pass
    return f"expected a file name like 2021-10-20T12:00:00Z.csv or FINAL.csv, found {name!r}"


def read_files(source: Source, files: list[Listed]) -> Iterator[tuple[Listed, File]]:
    """The files' contents, in the order given.

    Raises SourceError when a listed file can no longer be read.
    """
    if source.kind == "git":
        yield from _read_git(source.path, files)
    else:
        for file in files:
            body = read_body(source, file)
            yield file, File(file.name[: -len(".csv")], blob_id(body), body)


def read_body(folder: Source, file: Listed) -> bytes:
    """One file's bytes from a folder. Raises SourceError when it can no longer be read."""
    try:
        with open(folder.path / file.board / file.name, "rb", buffering=0) as handle:
            return handle.read()
    except OSError as error:
        raise SourceError(
            f"expected to read {file.board}/{file.name} in {folder.path}, found: "
            f"{error.strerror}. Was the archive changed meanwhile? Run again."
        ) from error


def _is_snapshot(name: str) -> bool:
    return name.endswith(".csv") and name not in NOT_HISTORY


def _list_folder(root: Path) -> Iterator[Listed]:
    for folder in _folders(root):
        board = os.path.relpath(folder, root).replace(os.sep, "/")
        with os.scandir(folder) as entries:
            for entry in entries:
                if _is_snapshot(entry.name):
                    yield Listed(board, entry.name, entry.stat().st_size, None)


def _folders(root: Path) -> Iterator[str]:
    """Board folders, and the `arn:…` folders above them, which hold stray snapshots too."""
    with os.scandir(root) as entries:
        tops = [e.path for e in entries if e.name.startswith("arn:") and e.is_dir()]
    for top in tops:
        yield top
        with os.scandir(top) as entries:
            yield from [entry.path for entry in entries if entry.is_dir()]


def _git(repository: Path, *arguments: str) -> list[str]:
    return ["git", "-c", "safe.directory=*", "-C", str(repository), *arguments]


def _list_git(repository: Path) -> Iterator[Listed]:
    command = _git(repository, "ls-tree", "-r", "-l", "-z", "--full-tree", "HEAD", f"{ROOT}/")
    try:
        result = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise SourceError(
            "expected the program git to read a clone, found none; install git"
        ) from None
    if result.returncode:
        raise SourceError(
            f"expected a git clone with commits in {repository}, found: "
            + result.stderr.decode(errors="replace").strip()
        )
    for line in result.stdout.split(b"\0")[:-1]:
        facts, path = line.decode(errors="replace").split("\t", 1)
        _, kind, blob, size = facts.split()
        board, _, name = path[len(ROOT) + 1 :].rpartition("/")
        if kind == "blob" and board.startswith("arn:") and _is_snapshot(name):
            yield Listed(board, name, int(size), bytes.fromhex(blob))


def _read_git(repository: Path, files: list[Listed]) -> Iterator[tuple[Listed, File]]:
    """One `git cat-file` for all files; equal neighbours are asked for once."""
    with tempfile.TemporaryFile() as wanted:
        previous = None
        for file in files:
            assert file.blob is not None
            if file.blob != previous:
                wanted.write(file.blob.hex().encode() + b"\n")
            previous = file.blob
        wanted.seek(0)
        command = _git(repository, "cat-file", "--batch", "--buffer")
        with subprocess.Popen(
            command, stdin=wanted, stdout=subprocess.PIPE, bufsize=1 << 20
        ) as git:
            assert git.stdout is not None
            previous, body = None, b""
            for file in files:
                assert file.blob is not None
                if file.blob != previous:
                    header = git.stdout.readline().split()
                    if len(header) != 3 or header[1] != b"blob":
                        git.kill()
                        raise SourceError(
                            f"expected {file.board}/{file.name} (blob {file.blob.hex()}) in "
                            f"{repository}, found {header!r}; fetch the clone again in full"
                        )
                    body = git.stdout.read(int(header[2]))
                    git.stdout.read(1)
                previous = file.blob
                yield file, File(file.name[: -len(".csv")], file.blob, body)
