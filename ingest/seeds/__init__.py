"""The rows in seeds/ fit together, or a sentence says which does not: file, line, expected.

What a column may say stands in seeds/_seeds.yml. A row that fits nothing would lose winners
without a word: a misspelt race lines nobody up, a null quota awards nothing.

`python -m ingest` checks before it loads, and notes what it checked in raw.seeds; dbt builds
only from rows that were checked (macros/require_checked_seeds.sql).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from ingest.errors import IngestError
from ingest.seeds.files import completed, known_seeds, read
from ingest.seeds.fit import misfits, misfits_of_several_columns

SAID_AT_ONCE = 20


class SeedError(IngestError):
    """Rows in seeds/ do not fit together; the message has a sentence a line."""

    exit_code = 4


@dataclass(frozen=True)
class Seeds:
    """All seeds of a folder, checked: `rows[seed]` holds its rows, every cell as text."""

    folder: Path
    rows: dict[str, list[dict[str, str]]]

    def note_checked(self, database: duckdb.DuckDBPyConnection) -> None:
        """Write raw.seeds: one row per seed and the SHA-256 of its file, as dbt counts it."""
        noted = [
            (name, _sha256_of_dbt(completed(seed, self.folder)))
            for name, seed in known_seeds().items()
        ]
        database.execute("create or replace table raw.seeds (seed varchar, sha256 varchar)")
        database.executemany("insert into raw.seeds values (?, ?)", noted)


def read_seeds(folder: Path) -> Seeds:
    """The seeds of a folder. Raises SeedError where they do not fit together."""
    seeds = known_seeds()
    files = ", ".join(sorted(seed.file for seed in seeds.values()))
    problems = [
        f"{other.name}: expected only the files {files}."
        for other in sorted(folder.glob("*.csv"))
        if other.stem not in seeds
    ]
    for seed in seeds.values():
        problems += read(seed, folder)
    if not problems:  # what is not read cannot be compared
        problems = [said for seed in seeds.values() for said in misfits(seed, seeds)]
        problems += misfits_of_several_columns(seeds)
    if problems:
        more = len(problems) - SAID_AT_ONCE
        lines = problems[:SAID_AT_ONCE] + ([f"… and {more} more."] if more > 0 else [])
        raise SeedError("\n".join(f"{folder}/{line}" for line in lines))
    return Seeds(folder, {n: [row.cells for row in seed.rows] for n, seed in seeds.items()})


def _sha256_of_dbt(text: str) -> str:
    """dbt takes the spaces around a file for nothing."""
    return sha256(text.strip().encode()).hexdigest()
