"""A fictional league to be damaged, and the commands on it, as make calls them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import duckdb

from ingest.source import final_ranking
from league.fictional_season import fictional_arn, invent
from tests.helpers.invented_archive import moment
from tests.helpers.pipeline import ROOT

MARCH = final_ranking(fictional_arn("2121-1-Pro-qualifier"))
HOURS = 5
Tables = dict[str, Counter]


@dataclass(frozen=True)
class League:
    """`folder`/race-data and `folder`/other are two states of one archive."""

    folder: Path
    data: Path

    def command(self, command: str, source: str = "race-data") -> list[str]:
        """`winners`, `publish` or `history`."""
        return [
            *(sys.executable, "-m", "league", command, "--data", str(self.data)),
            *("--source", str(self.folder / source), "--seeds", str(self.folder / "seeds")),
        ]

    def start(self, command: list[str], **environment: str) -> subprocess.Popen:
        """Start in a process group of its own, which can be killed as a whole."""
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **environment},
            text=True,
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, command: list[str], **environment: str) -> tuple[int, str]:
        """Exit code and all that was printed."""
        running = self.start(command, **environment)
        try:
            printed, _ = running.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, 9)
            raise
        return running.returncode, printed

    def copy(self, to: Path) -> League:
        """The same league with a copy of its data."""
        shutil.copytree(self.data, to, symlinks=True)
        return replace(self, data=to)

    def published(self) -> Tables | None:
        """What a reader sees: table -> its rows; None where nothing is published yet."""
        return tables(self.data / "league.duckdb")

    def files(self) -> dict[str, str]:
        """A checksum of every published file, except the database.

        DuckDB gives every database an id of its own, and the page tells its checksum.
        """
        never_the_same = ("site/download/league.duckdb", "site/download.html")
        return {
            name: sha256(path.read_bytes()).hexdigest()
            for folder in ("parquet", "csv", "site")
            for path in sorted((self.data / folder).rglob("*"))
            if path.is_file()
            and (name := str(path.relative_to(self.data))) not in never_the_same
        }


def tables(database: Path) -> Tables | None:
    """Table -> its rows, without the moments at which files were looked for."""
    if not database.exists():
        return None
    moments = "column_name not in ('loaded_at_utc', 'checked_at_utc')"
    with duckdb.connect(str(database), read_only=True) as opened:
        return {
            table: Counter(
                opened.execute(f"select row({columns})::varchar from {table}").fetchall()
            )
            for table, columns in opened.execute(
                "select table_name, string_agg(format('\"{}\"', column_name), ', ') "
                "from duckdb_columns() where schema_name = 'main' and not internal "
                f"and {moments} group by table_name"
            ).fetchall()
        }


def invented(folder: Path) -> League:
    """A season with some hours, and the same with two racers in each other's place."""
    invent(folder)
    for ranking in list((folder / "race-data").rglob("FINAL.csv")):
        for hour in range(HOURS):
            name = f"{moment(hour)}.csv".replace("2031", "2121")
            shutil.copyfile(ranking, ranking.with_name(name))
    shutil.copytree(folder / "race-data", folder / "other")
    ranking = folder / "other" / MARCH
    header, first, second, *rest = (
        line.split(",") for line in ranking.read_text().split("\n")
    )
    first[1:3], second[1:3] = second[1:3], first[1:3]
    ranking.write_text("\n".join(map(",".join, [header, first, second, *rest])))
    return League(folder, folder / "data")
