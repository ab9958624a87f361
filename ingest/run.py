"""One run of the ingest: catalogue, final rankings, outcomes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import IngestError
from ingest.load import File, known_files, open_database, write
from ingest.parse import Broken, Table, read_catalogue, read_ranking
from ingest.seeds import Seeds
from ingest.source import CATALOGUE, Fetch, Fetched, final_ranking


@dataclass(frozen=True)
class Run:
    """What a run did: every file with its outcome, and the files that cost a prize.

    unknown_boards: Arns of seeds/round_races.csv that are in no catalogue and have no ranking.
    """

    catalogue: File
    rankings: list[File]
    quarantined_with_prizes: list[File]
    unknown_boards: list[str]

    def counts(self) -> dict[str, int]:
        """Outcome -> number of rankings."""
        return dict(Counter(file.outcome for file in self.rankings))


def run(fetch: Fetch, database_path: Path, seeds: Seeds, source: str, ref: str | None) -> Run:
    """Load the catalogue and every board's final ranking into schema `raw`.

    Which boards: all of the catalogue, and all that seeds/round_races.csv names.

    Raises IngestError where the catalogue cannot be had or understood, or the database
    cannot be written; then nothing has changed.
    """
    fetched = fetch([CATALOGUE])[0]
    content = read(fetched)
    if not isinstance(content, Table):
        problem = content or Broken("a catalogue", "no such file", CATALOGUE)
        raise IngestError(
            f"{CATALOGUE} of {source}: expected {problem.expected}, found "
            f"{problem.found} at {problem.place}. Without the catalogue nothing can be "
            "loaded; check SOURCE and REF."
        )
    catalogued = dict.fromkeys(row[content.header.index("Arn")] for row in content.rows)
    boards = catalogued | {row["leaderboard_arn"]: None for row in seeds.rows["round_races"]}

    database = open_database(database_path)
    try:
        known = known_files(database)
        catalogue = File(CATALOGUE, None, fetched.body, content)
        catalogue.outcome = _outcome(catalogue, known)
        arrived = fetch([final_ranking(board) for board in boards])
        rankings = [
            _judged(one, board, known) for one, board in zip(arrived, boards, strict=True)
        ]
        write(database, catalogue, rankings, source, ref)
        seeds.note_checked(database)
    finally:
        database.close()

    needed = prize_boards(seeds)
    return Run(
        catalogue,
        rankings,
        [
            file
            for file in rankings
            if file.outcome == "quarantined" and file.leaderboard_arn in needed
        ],
        [
            file.leaderboard_arn
            for file in rankings
            if file.body is None and file.leaderboard_arn not in catalogued
        ],
    )


def read(fetched: Fetched) -> Table | Broken | None:
    """What a fetched file says; None where there is no such file."""
    if fetched.body is None:
        return None
    if fetched.file == CATALOGUE:
        return read_catalogue(fetched.body)
    return read_ranking(fetched.body)


def is_understood(fetched: Fetched) -> bool:
    return not isinstance(read(fetched), Broken)


def _judged(fetched: Fetched, board: str, known: dict[str, str]) -> File:
    file = File(fetched.file, board, fetched.body, read(fetched))
    file.outcome = _outcome(file, known)
    return file


def _outcome(file: File, known: dict[str, str]) -> str:
    if file.body is None:
        return "not_published"
    if isinstance(file.content, Broken):
        return "quarantined"
    if not file.content.rows:
        return "empty"
    return "unchanged" if known.get(file.name) == file.sha256 else "loaded"


def prize_boards(seeds: Seeds) -> set[str]:
    """The Arns of all boards whose ranking a prize draws on."""
    drawn_on = {(row["season"], row["race"]) for row in seeds.rows["prize_lines"]}
    return {
        row["leaderboard_arn"]
        for row in seeds.rows["round_races"]
        if (row["season"], row["race"]) in drawn_on
    }
