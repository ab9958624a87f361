"""Replace a folder as a whole, so that nobody sees it half-written."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

# From linux/fs.h and fcntl.h.
RENAME_EXCHANGE = 2
AT_FDCWD = -100


def replace_folder(new: Path, folder: Path) -> None:
    """Put the folder `new` in the place of `folder` and delete what was there.

    Both lie in one file system. Linux exchanges the two in one step; elsewhere there is a
    moment between two renames in which nobody finds a folder, but never half of one.

    Raises OSError where the system refuses; what was there is then as it was.
    """
    if not os.path.lexists(folder):
        os.rename(new, folder)
        return
    if not _exchange(new, folder):
        old = new.with_name(new.name + ".old")
        _delete(old)
        os.rename(folder, old)
        try:
            os.rename(new, folder)
        except OSError:
            os.rename(old, folder)
            raise
        os.rename(old, new)
    _delete(new)


def empty_folder(folder: Path) -> Path:
    """`folder`, made anew: whatever a killed run left in it is gone."""
    _delete(folder)
    folder.mkdir(parents=True)
    return folder


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two names change places in one step. False where the system knows no such step."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    done = rename(
        AT_FDCWD,
        os.fsencode(one),
        AT_FDCWD,
        os.fsencode(other),
        ctypes.c_uint(RENAME_EXCHANGE),
    )
    # A file system may refuse what the kernel offers.
    return done == 0
