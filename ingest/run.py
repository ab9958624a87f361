"""One run of the ingest: catalogue, final rankings, outcomes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ingest.database import open_database
from ingest.errors import Broken, IngestError
from ingest.file import File
from ingest.load import Known, known_boards, known_files, write
from ingest.needed import Needed, needed_boards
from ingest.parse import Table, read_catalogue, read_ranking
from ingest.seeds import Seeds
from ingest.source import CATALOGUE, Fetched, Source, final_ranking, public_source
from ingest.whole import Doubt, doubts


@dataclass(frozen=True)
class Run:
    """What a run did: every file with its outcome, and the files that cost a prize.

    unknown_boards: Arns of seeds/round_races.csv that are in no catalogue and have no ranking.
    accepted: files that have lost something, loaded because somebody said so.
    made_anew: whether tables of an earlier version of this project were replaced.
    """

    catalogue: File
    rankings: list[File]
    quarantined_with_prizes: list[File]
    unknown_boards: list[str]
    accepted: list[Doubt]
    made_anew: bool

    def counts(self) -> dict[str, int]:
        """Outcome -> number of rankings."""
        return dict(Counter(file.outcome for file in self.rankings))


def run(
    source: Source,
    database_path: Path,
    seeds: Seeds,
    name: str,
    ref: str | None,
    accept_changes: bool = False,
) -> Run:
    """Load the catalogue and every board's final ranking into schema `raw`.

    Which boards: all of the catalogue, and all that seeds/round_races.csv names.
    name: the source as it was given.
    accept_changes: load what is less than it was before (see `whole`).

    Raises IngestError where the catalogue cannot be had or understood or is not whole, or
    the database cannot be written; then nothing has changed.
    """
    needed = needed_boards(seeds)
    catalogue = _fetched_catalogue(source, name)
    arn = catalogue.table.header.index("Arn")
    catalogued = dict.fromkeys(row[arn] for row in catalogue.table.rows)
    boards = catalogued | {row["leaderboard_arn"]: None for row in seeds.rows["round_races"]}
    database, made_anew = open_database(database_path)
    try:
        known = known_files(database)
        arrived = source.fetch([final_ranking(board) for board in boards])
        rankings = [
            _file(one, board, known) for one, board in zip(arrived, boards, strict=True)
        ]
        doubted = doubts(catalogue, rankings, known_boards(database), needed, ref)
        if not accept_changes:
            _refuse(source, name, doubted)
        for file in [catalogue, *rankings]:
            file.outcome = _outcome(file, known.get(file.name))
        # A folder's name stays with whoever made the database; an address may hold a token.
        write(database, catalogue, rankings, _noted(name), ref)
        seeds.note_checked(database)
    finally:
        database.close()
    return Run(
        catalogue,
        rankings,
        [file for file in rankings if _costs_a_prize(file, needed)],
        [board for board in _without_a_ranking(rankings) if board not in catalogued],
        doubted if accept_changes else [],
        made_anew,
    )


def _costs_a_prize(file: File, needed: Needed) -> bool:
    return file.outcome == "quarantined" and file.leaderboard_arn in needed.prize_boards


def _without_a_ranking(rankings: list[File]) -> list[str]:
    return [
        file.leaderboard_arn
        for file in rankings
        if file.outcome == "not_published" and file.leaderboard_arn
    ]


def _fetched_catalogue(source: Source, name: str) -> File:
    fetched = source.fetch([CATALOGUE])[0]
    content = read(fetched)
    if not isinstance(content, Table):
        problem = content or Broken("a catalogue", "no such file", CATALOGUE)
        raise IngestError(
            f"{CATALOGUE} of {_noted(name)}: expected {problem.expected}, found "
            f"{problem.found} at {problem.place}. Without the catalogue nothing can be "
            "loaded; check SOURCE and REF."
        )
    return File(CATALOGUE, None, fetched.body, content)


def _refuse(source: Source, name: str, doubted: list[Doubt]) -> None:
    """Into quarantine with rankings that are not whole; a catalogue that is not stops all.

    Raises IngestError for the catalogue.
    """
    source.forget([doubt.file.name for doubt in doubted])
    for doubt in doubted:
        if doubt.file.name == CATALOGUE:
            raise IngestError(
                f"{CATALOGUE} of {_noted(name)}: expected {doubt.reason.expected}, found "
                f"{doubt.reason.found}. Nothing was loaded. If the archive did change, or "
                "you want another state of it, run again with ACCEPT_CHANGES=1 "
                "(--accept-changes)."
            )
        doubt.file.content = doubt.reason


def _noted(name: str) -> str:
    return public_source(name) if public_source(name).startswith("http") else name


def read(fetched: Fetched) -> Table | Broken | None:
    """What a fetched file says; None where there is no such file."""
    if fetched.problem:
        return fetched.problem
    if fetched.body is None:
        return None
    if fetched.file == CATALOGUE:
        return read_catalogue(fetched.body)
    return read_ranking(fetched.body)


def is_understood(fetched: Fetched) -> bool:
    """Whether a file is what its name says, and worth keeping."""
    return not isinstance(read(fetched), Broken)


def _file(fetched: Fetched, board: str, known: dict[str, Known]) -> File:
    before = known.get(fetched.file)
    return File(
        fetched.file,
        board,
        fetched.body,
        read(fetched),
        known_rows=before.row_count if before else None,
    )


def _outcome(file: File, known: Known | None) -> str:
    if isinstance(file.content, Broken):
        return "quarantined"
    if file.content is None:
        # Whoever accepts that it is gone does not want to be reminded.
        file.known_rows = None
        return "not_published"
    if not file.content.rows:
        return "empty"
    return "unchanged" if known and known.sha256 == file.sha256 else "loaded"
