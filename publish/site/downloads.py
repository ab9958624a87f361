"""The files that the site gives away, each with its size and checksum."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FORMATS = {".duckdb": "the database", ".parquet": "Parquet", ".csv": "CSV", ".json": "JSON"}


@dataclass(frozen=True)
class Download:
    """A file of the folder `download`. size: in bytes."""

    name: str
    format: str
    size: int
    sha256: str


def give_away(files: Sequence[Path], to: Path) -> list[Download]:
    """Put files into the folder `to`, and say what they are.

    Real copies: with one file under two names, a change to one changes the other.
    """
    if files:
        to.mkdir()
    return [_give(file, to / file.name) for file in files]


def _give(file: Path, to: Path) -> Download:
    shutil.copyfile(file, to)
    digest = hashlib.sha256()
    with to.open("rb") as opened:
        while part := opened.read(1 << 20):
            digest.update(part)
    words = FORMATS.get(file.suffix, file.suffix)
    return Download(file.name, words, to.stat().st_size, digest.hexdigest())
