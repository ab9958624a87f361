"""A release: all that is published of one build, put in place in one step.

DATA/releases/<number>/ holds league.duckdb and, after `make publish`, parquet/, csv/ and site/.
DATA/current is a link to the newest release, and DATA/league.duckdb, DATA/parquet and so on are
links that lead through it. So one `os.replace` of DATA/current replaces all of them. The
release before stays until the next one is written, for readers that still have it open.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from league.errors import after_publishing, undisturbed
from publish import PublishError

DATABASE = "league.duckdb"
FOLDERS = ("parquet", "csv", "site")
RELEASES, CURRENT = "releases", "current"


@contextmanager
def new_release(data: Path) -> Iterator[Path]:
    """An empty folder for the next release of `data`, which is put in place at the end of the
    block, or removed if that fails.

    Raises PublishError where there is something in its way that may not be removed, and
    OSError where it cannot be written.
    """
    new = _next_folder(data)
    try:
        yield new
    except BaseException:
        _delete(new)
        raise
    # A signal waits until all of it is in place, and is told so.
    with after_publishing(), undisturbed():
        # DuckDB would replay a log that a crashed writer left into the new database.
        (data / f"{DATABASE}.wal").unlink(missing_ok=True)
        _link(data, CURRENT, f"{RELEASES}/{new.name}")
        for name in (DATABASE, *FOLDERS):
            if (new / name).exists():
                _link(data, name, f"{CURRENT}/{name}")


def empty_folder(folder: Path) -> Path:
    """`folder`, empty: what was in it is deleted."""
    _delete(folder)
    folder.mkdir(parents=True)
    return folder


def _next_folder(data: Path) -> Path:
    """The folder for the next release. Of the others only the current one stays."""
    releases = data / RELEASES
    for path in (releases, data / DATABASE):
        if path.is_symlink() if path == releases else path.is_dir():
            raise PublishError(
                f"Expected to write {path}, found something else in its place. Move it away "
                "and run again. Nothing was published."
            )
    releases.mkdir(parents=True, exist_ok=True)
    current = _current(data)
    for path in releases.iterdir():
        if path != current:
            _delete(path)
    return empty_folder(releases / str(int(current.name) + 1 if current else 1))


def _current(data: Path) -> Path | None:
    """The release that is in place, if any. A link to any other place is none of ours."""
    link = data / CURRENT
    path = data / RELEASES / link.readlink().name if link.is_symlink() else None
    return path if path and path.name.isdecimal() and path.is_dir() else None


def _link(data: Path, name: str, target: str) -> None:
    """Have DATA/name be a link to `target`, in one step where a file or a link is there.

    A folder was put there by a copy that followed the links. It goes to the releases, and with
    the next one it is deleted.
    """
    link = data / name
    if link.is_symlink() and link.readlink() == Path(target):
        return
    new = data / f".{name}.new"
    new.unlink(missing_ok=True)
    try:
        new.symlink_to(target)
    except OSError as refused:
        raise PublishError(
            f"Expected a file system with symbolic links at {data}, found: "
            f"{refused.strerror}. DATA=<folder> (--data) names another place."
        ) from refused
    if link.is_dir() and not link.is_symlink():
        os.rename(link, data / RELEASES / f"{name}.old")
    os.replace(new, link)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
