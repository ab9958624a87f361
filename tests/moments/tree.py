"""The files of an archive in upstream's layout, read in plain Python."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from pathlib import Path

ROOT = "raw_data/leaderboards"


class Tree:
    """The archive in a folder: for each board (Arn) its snapshots' hours, in order."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / ROOT
        self.hours: dict[str, list[str]] = {}
        for path in sorted(self.root.glob("arn:*/*/*.csv")):
            if path.name != "FINAL.csv":
                board = str(path.parent.relative_to(self.root))
                self.hours.setdefault(board, []).append(path.stem)

    def rows(self, path: str) -> list[dict[str, str]]:
        """The rows of a file below raw_data/leaderboards, by column name."""
        return _rows(self.root / path)

    def is_empty(self, path: str) -> bool:
        """Whether a file has nothing in it but a newline."""
        return (self.root / path).stat().st_size == 1

    def final(self, board: str) -> list[dict[str, str]]:
        """The rows of the board's final ranking; none where there is no such file."""
        path = f"{board}/FINAL.csv"
        return self.rows(path) if (self.root / path).is_file() else []


@lru_cache(maxsize=100)
def _rows(path: Path) -> list[dict[str, str]]:
    # DictReader takes three times as long, which counts where it is thousands of files.
    lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    header, *rows = [row for row in lines if row] or [[]]
    return [dict(zip(header, row, strict=True)) for row in rows]
