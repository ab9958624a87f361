"""One run of the ingest: fetch the catalogue, then every board's final ranking; load both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.columns import CATALOGUE_LOSSES, RANKING_LOSSES
from ingest.database import open_database
from ingest.errors import IngestError
from ingest.file import File, inspect
from ingest.load import CatalogueError, Loaded, Outcome, load, read_catalogue
from ingest.seeds import Seeds
from ingest.source import (
    CATALOGUE,
    Source,
    final_ranking,
    find_unclaimed_rankings,
    public_source,
)


@dataclass(frozen=True)
class Run:
    """What a run did.

    unknown_boards: Arns of seeds/round_races.csv that are in no catalogue and have no ranking.
    unclaimed_rankings: files that look like rankings and belong to no board, where a board
    that a season counts lacks its own.
    losses: a sentence for each column that files lack, and what is lost by it.
    rebuilt: whether tables of an earlier version of this project were replaced.
    """

    loaded: Loaded
    unknown_boards: list[str]
    unclaimed_rankings: list[str]
    losses: list[str]
    rebuilt: bool

    @property
    def quarantined_with_prizes(self) -> list[Outcome]:
        """The files that cost a prize."""
        return [
            file
            for file in self.loaded.rankings
            if file.outcome == "quarantined" and file.decides_a_prize
        ]


def run(
    source: Source,
    database_path: Path,
    seeds: Seeds,
    name: str,
    ref: str | None,
    accept_changes: bool = False,
    seeds_folder: str | None = None,
) -> Run:
    """Load the catalogue and every board's final ranking into schema `raw`.

    Which boards: all of the catalogue, and all that seeds/round_races.csv names.
    name: the source as it was given.
    accept_changes: load what is less than it was before (see judge.sql). seeds_folder: where
    the seeds lie; none for those of this project.

    Raises IngestError where the catalogue cannot be had or understood or is not complete, or
    the database cannot be written; then nothing has changed.
    """
    (fetched,) = source.fetch([CATALOGUE])
    catalogue = inspect(fetched)
    # A folder's name stays in the build database; an address may hold a token.
    is_public = public_source(name).startswith("http")
    public_name = public_source(name) if is_public else name
    database, rebuilt = open_database(database_path)
    try:
        catalogued = read_catalogue(database, catalogue, accept_changes)
        boards = list(
            dict.fromkeys(
                catalogued + [row["leaderboard_arn"] for row in seeds["round_races"]]
            )
        )
        files = [final_ranking(board) for board in boards]
        rankings = [
            inspect(one, board) for one, board in zip(source.fetch(files), boards, strict=True)
        ]
        loaded = load(
            database,
            catalogue,
            rankings,
            seeds,
            public_name,
            ref,
            accept_changes,
            seeds_folder,
        )
    except CatalogueError as refused:
        source.forget([CATALOGUE])
        raise IngestError(_explain(refused, public_name)) from refused
    finally:
        database.close()
    source.forget([file.file for file in loaded.outcomes if file.outcome == "quarantined"])
    counted = {row["leaderboard_arn"] for row in seeds["round_races"]}
    is_lacking = any(f.state == "missing" and f.leaderboard_arn in counted for f in rankings)
    unclaimed = (
        find_unclaimed_rankings(source.folder, boards) if source.folder and is_lacking else []
    )
    unknown = [
        file.leaderboard_arn
        for file in loaded.rankings
        if file.leaderboard_arn
        and file.outcome == "not_published"
        and file.leaderboard_arn not in catalogued
    ]
    losses = _losses([catalogue], CATALOGUE_LOSSES) + _losses(rankings, RANKING_LOSSES)
    return Run(loaded, unknown, unclaimed, losses, rebuilt)


def _losses(files: list[File], losses: dict[tuple[str, ...], str]) -> list[str]:
    headers = [set(file.header) for file in files if file.state == "has rows"]
    sentences = []
    for columns, loss in losses.items():
        lacking = sum(not header.issuperset(columns) for header in headers)
        missing = [c for c in columns if any(c not in header for header in headers)]
        if missing:
            which = f"{lacking} of {len(headers)} rankings have"
            if files[0].file == CATALOGUE:
                which = "The catalogue has"
            sentences.append(f"{which} no {', '.join(missing)}: {loss}.")
    return sentences


def _explain(refused: CatalogueError, name: str) -> str:
    issue = refused.issue
    sentence = f"{CATALOGUE} of {name}: expected {issue.expected}, found {issue.found}"
    if refused.may_be_accepted:
        return (
            f"{sentence}. Nothing was loaded. If that is right, because the archive did change "
            "or you want another state of it, run again with ACCEPT_CHANGES=1 "
            "(--accept-changes)."
        )
    return (
        f"{sentence} at {issue.place}. Without the catalogue nothing can be loaded; mend it, "
        "or check SOURCE and REF."
    )
