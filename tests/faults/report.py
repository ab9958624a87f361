"""What was tried and what survived, as a table."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from rich.console import Console
from rich.table import Table

# For classes of faults: where to work, from which seed, and whether only a few are tried.
Try = Callable[[Path, int, bool], "Tally"]


@dataclass
class Tally:
    """The faults of one class. A fault is survived when what is promised was kept."""

    title: str
    rows: dict[str, list[str]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    tried: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    # Whether each fault is told when it was tried: the slow classes take many minutes.
    loud: ClassVar[bool] = False

    def add(self, fault: str, seen: str, broken: str | None = None) -> None:
        """One fault tried: what was seen, and which promise was broken, if any."""
        if self.loud:
            print(
                f"{fault}: {seen}{f' BROKEN: {broken}' if broken else ''}",
                file=sys.stderr,
                flush=True,
            )
        self.tried += 1
        self.rows.setdefault(fault, []).append(seen)
        if broken:
            self.failures.append(f"{fault}: {broken}")

    @contextmanager
    def timed(self, fault: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[fault] = time.monotonic() - start

    def show(self, console: Console) -> None:
        """The table, a row a fault; what was seen most often, and how often all of it."""
        survived = self.tried - len(self.failures)
        table = Table(title=f"{self.title}: {self.tried} tried, {survived} survived")
        for heading in ("fault", "tried", "seconds", "seen"):
            table.add_column(heading, overflow="fold")
        for fault, seen in self.rows.items():
            kinds = sorted(set(seen), key=lambda one: (-seen.count(one), one))
            told = [
                f"{seen.count(one)} × {one}" if len(seen) > 1 else one for one in kinds[:4]
            ]
            seconds = f"{self.seconds[fault]:.1f}" if fault in self.seconds else ""
            table.add_row(fault, str(len(seen)), seconds, "\n".join(told))
        console.print(table, markup=False)
        for failure in self.failures:
            console.print(f"BROKEN  {failure}", markup=False, highlight=False)
