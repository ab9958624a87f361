"""What if the rules had been different? Built aside and compared with the published answer."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import duckdb
from rich import box
from rich.table import Table
from rich.text import Text

from ingest.load import read_seeds
from league.build import build, take_what_was_read
from league.data_folder import at_work, is_made_here
from league.errors import LeagueError
from league.paths import existing, seed_files
from league.terminal import Console, short
from league.text import for_terminal
from publish.about import read_about
from publish.database import open_published, refuse_unless_complete, write_database
from publish.release import DATABASE, empty_folder, new_release

MODELS = Path(__file__).parent / "models"
# What the new answer is compared with, from the published database.
PUBLISHED = {
    "awards": "intermediate.int_awards",
    "line": "intermediate.int_prize_lines",
    "blocks": "seeds.prize_blocks",
}
# Wide enough for a sentence; in a pipe there is no window to fit into.
PIPE_WIDTH = 120
NOTHING = "No one gains or loses: by these rules everybody has what was published."
LIMIT = "Races are taken as they were run; only the prizes are given again."


def answer(data: Path, seeds: Path, rules: Path) -> None:
    """Build the league of `data` with files of `rules` in place of those of `seeds`, in
    `data`/what-if, and print who gains and who loses.

    Raises LeagueError where there is no answer; nothing that was published is touched.
    """
    name = re.sub(r"[^\w.-]", "_", rules.resolve().name) or "rules"
    to = data / "what-if" / name
    if rules.resolve().is_relative_to(to):
        raise LeagueError(
            f"Expected RULES outside of {to}, where the answer goes; found {rules}."
        )
    files = _find_rules(rules, seeds)
    with at_work(to), Console(PIPE_WIDTH, stderr=True).status("Building by other rules …"):
        _build_aside(data / DATABASE, seeds.resolve(), files, to)
    out = Console(PIPE_WIDTH)
    _print_changes(to / DATABASE, out)
    for words, path in (
        ("Published, untouched", data / DATABASE),
        ("By these rules", to / DATABASE),
    ):
        out.print(f"{words}: {short(path)}", soft_wrap=True)


def _find_rules(folder: Path, seeds: Path) -> list[Path]:
    """The files of `folder`, each of which replaces the one of `seeds` that has its name."""
    if not folder.is_dir():
        raise LeagueError(
            f"Expected RULES= as a folder with other rows for {seeds}, found no folder "
            f"{folder}."
        )
    known = [seed.name for seed in seed_files(seeds)]
    files = seed_files(folder)
    unknown = [file.name for file in files if file.name not in known]
    if unknown or not files:
        raise LeagueError(
            f"Expected in {folder} files named like those of {seeds} ({', '.join(known)}), "
            f"found {', '.join(unknown) or 'none'}."
        )
    return files


def _build_aside(published: Path, seeds: Path, rules: list[Path], to: Path) -> None:
    """Build the published database again in `to`, tested like any other and with the table
    what_if_changes, with the files `rules` in place of those of `seeds`.

    A database that an earlier run left in `to` stays as it was until this one is complete.
    """
    _refuse_unless_comparable(published)
    rows = empty_folder(to / "seeds")
    for file in [*seed_files(seeds), *rules]:
        shutil.copyfile(file, rows / file.name)
    copy = to / "build" / DATABASE
    copy.parent.mkdir(exist_ok=True)
    copy.with_name(DATABASE + ".wal").unlink(missing_ok=True)
    shutil.copyfile(published, copy)
    with duckdb.connect(str(copy)) as database:
        database.execute("drop schema if exists published cascade; create schema published")
        for name, table in PUBLISHED.items():
            database.execute(f"create table published.{name} as select * from {table}")
        _refuse_boards_not_loaded(database, rows)
    take_what_was_read(published.parent, to)
    if build(to, rows, MODELS):
        raise LeagueError("Expected the rules to make a season; the build says above why.")
    refuse_unless_complete(to)
    with new_release(to) as release:
        write_database(to, to / "build/target", release)


def _refuse_unless_comparable(published: Path) -> None:
    with open_published(existing(published)) as opened:
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


def _refuse_boards_not_loaded(database: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """A race that was never loaded would look like one that was not held."""
    loaded = database.execute("select leaderboard_arn from raw.outcomes").fetchall()
    boards = [row.get("leaderboard_arn") for row in read_seeds(seeds)["round_races"]]
    missing = [board for board in boards if board and (board,) not in loaded]
    if missing:
        raise LeagueError(
            "Expected in round_races.csv boards that were loaded; not loaded: "
            f"{', '.join(missing)}. Only `make winners` loads boards."
        )


def _print_changes(database: Path, out: Console) -> None:
    """Print a table per season, in the season's order, and how many moved which way."""
    with duckdb.connect(str(database), read_only=True) as opened:
        rows = opened.execute(
            """
            select season, coalesce(title, prize), coalesce(alias, ''), change, sentence
            from what_if_changes
            left join seeds.prize_names using (prize)
            order by season, prize_names.rowid, coalesce(round_number_after,
                round_number_before), change, user_id
            """
        ).fetchall()
    by_season = defaultdict(list)
    for season, *change in rows:
        by_season[season].append(change)
    for season, changes in by_season.items():
        table = Table(title=f"What if? Season {season}", box=box.ROUNDED, title_justify="left")
        for heading in ("Prize", "Racer", "", "Why"):
            table.add_column(heading, overflow="fold")
        for change in changes:
            table.add_row(*(Text(for_terminal(cell)) for cell in change))
        out.print(table)
        counts = Counter(way for _, _, way, _ in changes).most_common()
        out.print(", ".join(f"{number} {way}" for way, number in counts) + ".")
    out.print(LIMIT if rows else NOTHING)
