"""What was tried is kept in a file, a row each, so that a long run can be stopped."""

from __future__ import annotations

import csv
import os
from pathlib import Path

COLUMNS = ("seed", "fault", "turn", "seen", "broken")


class Kept:
    """Rows of RESULTS=file of one seed; nothing is kept without it."""

    def __init__(self, seed: int) -> None:
        self._file = Path(given) if (given := os.environ.get("RESULTS")) else None
        self._seed = str(seed)
        self._rows: dict[tuple[str, str], tuple[str, str | None]] = {}
        if self._file and self._file.exists():
            with self._file.open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines):
                    if row["seed"] == self._seed:
                        told = (row["seen"], row["broken"] or None)
                        self._rows[row["fault"], row["turn"]] = told
        elif self._file:
            self._write(*COLUMNS)

    def found(self, fault: str, turn: int) -> tuple[str, str | None] | None:
        """What was seen and broken, where it was tried already."""
        return self._rows.get((fault, str(turn)))

    def keep(self, fault: str, turn: int, seen: str, broken: str | None) -> None:
        self._write(self._seed, fault, str(turn), seen, broken or "")

    def _write(self, *row: str) -> None:
        if self._file:
            with self._file.open("a", encoding="utf-8", newline="") as lines:
                csv.writer(lines).writerow(row)
