"""A fictional league to be changed, and the load of it in this process."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.source import CATALOGUE, final_ranking
from league import cli
from league.fictional_season import fictional_arn, invent, write_rows
from tests.helpers.pipeline import call

BOARD = fictional_arn("2121-1-Pro-qualifier")
MARCH = final_ranking(BOARD)
Rows = list[list[str]]


@dataclass(frozen=True)
class League:
    """The archive of a fictional season in `folder`, whose catalogue counts the racers, as
    upstream's does."""

    folder: Path

    @classmethod
    def invented(cls, folder: Path) -> League:
        invent(folder)
        league = cls(folder)
        league.change_catalogue(league._counted)
        return league

    @property
    def archive(self) -> Path:
        return self.folder / "race-data"

    @property
    def march(self) -> Path:
        return self.archive / MARCH

    @property
    def built(self) -> Path:
        return self.folder / "data/build/league.duckdb"

    def load(self, *more: str, source: str | None = None) -> int:
        """The exit code of `python -m ingest`."""
        given = ["--source", source or str(self.archive), "--data", str(self.folder / "data")]
        return call(cli.load, *given, "--seeds", str(self.folder / "seeds"), *more)

    def ask(self, sql: str, *parameters: str) -> list[tuple]:
        with duckdb.connect(str(self.built), read_only=True) as opened:
            return opened.execute(sql, parameters).fetchall()

    def outcomes(self) -> dict[str, str]:
        return dict(self.ask("select file, outcome from raw.outcomes"))

    def add_all(self, bodies: dict[str, bytes], status: str = "OPEN") -> list[str]:
        """Add boards, of races that go on, and their rankings; the files."""
        files = {final_ranking(fictional_arn(name)): body for name, body in bodies.items()}

        def with_boards(rows: Rows) -> Rows:
            old = dict(zip(rows[0], rows[1], strict=True))
            new = [
                old | {"Arn": fictional_arn(name), "Status": status, "ParticipantCount": ""}
                for name in bodies
            ]
            return [*rows, *(list(row.values()) for row in new)]

        self.change_catalogue(with_boards)
        for file, body in files.items():
            (self.archive / file).parent.mkdir()
            (self.archive / file).write_bytes(body)
        return list(files)

    def change_catalogue(self, change: Callable[[Rows], Rows]) -> None:
        path = self.archive / CATALOGUE
        with path.open(encoding="utf-8", newline="") as lines:
            header, *rows = change(list(csv.reader(lines)))
        write_rows(path, header, rows)

    def _counted(self, rows: Rows) -> Rows:
        at = rows[0].index("Arn")
        rankings = [self.archive / final_ranking(row[at]) for row in rows[1:]]
        counts = [r.read_text().count("\n") - 1 if r.is_file() else 0 for r in rankings]
        return [
            [*row, str(count)]
            for row, count in zip(rows, ["ParticipantCount", *counts], strict=True)
        ]
