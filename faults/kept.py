"""What was tried is kept in a file, a row each, so that a long run can be stopped."""

from __future__ import annotations

import csv
import os
from pathlib import Path

COLUMNS = ("class", "seed", "number", "fault", "seen", "broken")


class Kept:
    """Rows of RESULTS=file of one class and seed; nothing is kept without it."""

    def __init__(self, name: str, seed: int) -> None:
        self._file = Path(given) if (given := os.environ.get("RESULTS")) else None
        self._of = [name, str(seed)]
        self._rows: dict[int, list[str]] = {}
        if self._file and self._file.exists():
            with self._file.open(encoding="utf-8", newline="") as lines:
                for row in csv.reader(lines):
                    if row[:2] == self._of:
                        self._rows[int(row[2])] = row
        elif self._file:
            self._write(COLUMNS)

    def found(self, number: int) -> tuple[str, str | None] | None:
        """What was seen and broken, where it was tried already."""
        row = self._rows.get(number)
        return (row[4], row[5] or None) if row else None

    def keep(self, number: int, fault: str, seen: str, broken: str | None) -> None:
        self._write([*self._of, str(number), fault, seen, broken or ""])

    def _write(self, row: list[str] | tuple[str, ...]) -> None:
        if self._file:
            with self._file.open("a", encoding="utf-8", newline="") as lines:
                csv.writer(lines).writerow(row)
