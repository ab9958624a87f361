"""Build the league by other rules, beside the published one."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from ingest.seeds import read_seeds
from league.build import build, take_what_was_read
from league.errors import LeagueError
from league.made_here import is_made_here
from league.what_if.rules import replace_rows
from publish.about import read_about
from publish.database import NAME, open_published, refuse_unless_complete, write_database
from publish.release import empty_folder, new_release

MODELS = Path(__file__).parent / "models"
# What the new answer is compared with, from the published database.
PUBLISHED = {
    "awards": "intermediate.int_awards",
    "line": "intermediate.int_prize_lines",
    "blocks": "seeds.prize_blocks",
}


def build_aside(published: Path, seeds: Path, rules: list[Path], to: Path) -> Path:
    """Build the published database again, with the files `rules` in place of those of `seeds`.

    to: the folder for it; it will hold the database, its build and its rows.

    Returns the new database, tested like any other and with the table what_if_changes.
    Raises LeagueError where there is nothing to compare with, or the rules make no season;
    a database that an earlier run left in `to` is then as it was.
    """
    _refuse_unless_comparable(published)
    replace_rows(seeds, rules, empty_folder(to / "seeds"))
    copy = to / "build" / NAME
    copy.parent.mkdir(exist_ok=True)
    copy.with_name(NAME + ".wal").unlink(missing_ok=True)
    shutil.copyfile(published, copy)
    with duckdb.connect(str(copy)) as database:
        database.execute("drop schema if exists published cascade; create schema published")
        for name, table in PUBLISHED.items():
            database.execute(f"create table published.{name} as select * from {table}")
        boards = [
            row.get("leaderboard_arn") for row in read_seeds(to / "seeds")["round_races"]
        ]
        _refuse_boards_not_loaded(database, [board for board in boards if board])
    take_what_was_read(published.parent, to)
    if build(to, to / "seeds", MODELS):
        raise LeagueError("Expected the rules to make a season; the build says above why.")
    refuse_unless_complete(to)
    with new_release(to) as release:
        write_database(to, to / "build/target", release)
    return to / NAME


def _refuse_unless_comparable(published: Path) -> None:
    if not published.is_file():
        raise LeagueError(
            f"Expected the published answer at {published}, found none. Run `make winners` "
            "first."
        )
    with open_published(published) as opened:
        moment = read_about(opened).as_of
    if moment:
        raise LeagueError(
            f"Expected the last word in {published}, found the winners as of {moment}: AS_OF "
            "and RULES do not go together."
        )
    if not is_made_here(published.parent):
        raise LeagueError(
            f"Expected {published} to be made by this copy of the project, found no mark of it "
            "in build/. Run `make winners` first."
        )


def _refuse_boards_not_loaded(database: duckdb.DuckDBPyConnection, boards: list[str]) -> None:
    """A race that was never loaded would look like one that was not held."""
    loaded = {
        arn
        for (arn,) in database.execute("select leaderboard_arn from raw.outcomes").fetchall()
    }
    missing = [board for board in boards if board not in loaded]
    if missing:
        raise LeagueError(
            "Expected in round_races.csv boards that were loaded; not loaded: "
            f"{', '.join(missing)}. Only `make winners` loads boards."
        )
