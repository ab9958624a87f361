"""Load the final rankings, and say what was loaded and what is in quarantine."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import duckdb

from ingest.columns import CATALOGUE_LOSSES, RANKING_LOSSES
from ingest.database import open_database
from ingest.errors import BadFile, IngestError, WrongArgument
from ingest.file import File
from ingest.load import load, read_seeds
from ingest.source import UPSTREAM, Source, find_unclaimed_rankings, folder_source, is_web
from league.data_folder import PROJECT, at_work
from league.paths import PROJECT_SEEDS, typed
from league.text import for_terminal, say


class PrizesInQuarantine(IngestError):
    """All was loaded, but a file that a prize depends on."""

    exit_code = 3


def load_rankings(
    data: Path,
    seeds_folder: Path,
    source: str | None = None,
    ref: str | None = None,
    accept_changes: bool = False,
) -> None:
    """Load the catalogue and the final rankings into `data`, and print what was loaded.

    source: a folder in upstream's layout or the base address of a mirror; upstream without it.
    ref: another commit of upstream than the pinned one. accept_changes: load what holds less
    than it did.

    Raises IngestError where nothing was loaded, PrizesInQuarantine where not enough was.
    """
    seeds = read_seeds(seeds_folder)
    # Noted for a dbt of the user's own, which reads those of this project.
    folder = seeds_folder.resolve()
    others = None if folder == PROJECT / PROJECT_SEEDS else str(folder)
    with at_work(data):
        opened = _open_source(source or UPSTREAM, ref, data)
        with closing(open_database(data / "build/league.duckdb")) as database:
            files = load(database, opened, seeds, accept_changes, others)
            _report(database, files, opened, seeds_folder)


def _open_source(name: str, ref: str | None, data: Path) -> Source:
    if is_web(name):
        # Imported only where the network is asked: it takes as long as half a load.
        from ingest.download import web_source

        return web_source(name, ref, data)
    if ref:
        raise WrongArgument(
            f"Expected REF= only with an address, found the folder {name}: a folder is one "
            "copy and has no other commits."
        )
    return folder_source(typed(name), name)


def _report(
    database: duckdb.DuckDBPyConnection, files: list[File], source: Source, seeds_folder: Path
) -> None:
    """Print what became of the files. Raises PrizesInQuarantine."""

    def ask(sql: str) -> list[tuple]:
        return database.execute(sql).fetchall()

    counts = ask(
        """
        select count(*), outcome from outcomes where leaderboard_arn is not null
        group by all order by min(position)
        """
    )
    found = ", ".join(f"{count} {outcome}" for count, outcome in counts)
    # In a file both outputs are read together, in this order.
    say(f"{len(files) - 1} rankings: {found}.")
    sys.stdout.flush()
    _say_losses(files[:1], "The catalogue has", CATALOGUE_LOSSES)
    _say_losses(files[1:], "{} of {} rankings have", RANKING_LOSSES)
    for file, *issue in ask(
        """
        select file, issues.expected, issues.found, issues.place
        from issues inner join outcomes using (file)
        where kind = 'change' and outcome <> 'quarantined'
        order by position
        """
    ):
        say(f"{file}: accepted. {BadFile(*issue)}", aside=True)
    in_quarantine = ask(
        """
        select file, decides_a_prize, expected, found, place, advice
        from outcomes where outcome = 'quarantined' order by position
        """
    )
    for file, _, *issue in in_quarantine:
        say(f"{file}: in quarantine. {BadFile(*issue)}", aside=True)
    for file, columns in ask(
        """
        select file, array_to_string(new_columns, ', ')
        from outcomes where outcome <> 'quarantined' and new_columns <> [] order by position
        """
    ):
        say(f"{file}: new columns, loaded: {for_terminal(columns)}.")
    if unknown := ask(
        """
        select leaderboard_arn from outcomes
        anti join raw.catalogue on outcomes.leaderboard_arn = Arn
        where outcome = 'not_published' order by position
        """
    ):
        say(
            "In no catalogue and without a ranking, so nobody wins there yet (a misspelt Arn "
            f"looks the same), by {seeds_folder}/round_races.csv: "
            f"{_some([arn for (arn,) in unknown])}.",
            aside=True,
        )
    lacking = ask(
        "from files semi join round_races using (leaderboard_arn) where path is null"
    )
    if lacking and not is_web(source.name):
        _say_unclaimed(find_unclaimed_rankings(source.folder, {file.file for file in files}))
    of_prizes = [issue[-1] for _, decides_a_prize, *issue in in_quarantine if decides_a_prize]
    if of_prizes:
        raise PrizesInQuarantine(
            "\n".join(
                [
                    f"Files in quarantine that decide a prize: {len(of_prizes)}. A wrong winner "
                    "is worse than no answer, so nothing is published. Fix the files named above, "
                    "or download them again, and run again. Where a file holds less than before, "
                    "and you know that this is right, ACCEPT_CHANGES=1 (--accept-changes) loads it.",
                    *dict.fromkeys(filter(None, of_prizes)),
                ]
            )
        )


def _say_losses(files: list[File], which: str, losses: dict[tuple[str, ...], str]) -> None:
    headers = [set(file.header) for file in files if file.state == "has rows"]
    for columns, loss in losses.items():
        lacking = sum(not header.issuperset(columns) for header in headers)
        if lacking:
            missing = [c for c in columns if any(c not in header for header in headers)]
            which_ones = which.format(lacking, len(headers))
            say(f"{which_ones} no {', '.join(missing)}: {loss}.", aside=True)


def _say_unclaimed(files: list[str]) -> None:
    if files:
        say(
            f"Named like a final ranking, and of no board: {_some(files)}. A ranking is "
            "FINAL.csv, in capitals, in a folder that is named by the board's Arn, letter by "
            "letter, colons and all; an unzip tool may have put _ or %3A in the place of each "
            "colon. Rename what is named otherwise, or take SOURCE from `git clone`, which keeps "
            "the names.",
            aside=True,
        )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if names[3:] else ""
    return ", ".join(names[:3]) + more
