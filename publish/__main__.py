"""Command line of publishing: `python -m publish --help`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
from rich.console import Console

from league.ending import ended
from league.lock import locked
from publish.changed import content, is_published, note_published
from publish.database import NAME, refuse_unless_whole, replace_database, stage_database
from publish.errors import NotReplaced, PublishError
from publish.folders import empty_folder, replace_folder
from publish.parquet import write_parquet
from publish.site import write_site
from publish.spreadsheet import write_csv
from publish.winners import print_winners, read_awards, winners_as_markdown

# Wide enough for a row a round; in a pipe there is no window to fit into.
PIPE_WIDTH = 100


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    data = Path(options.data)
    try:
        with locked(data):
            published, folders = _publish(
                data, options.target, options.everything, options.what_changed
            )
            awards = read_awards(published)
    except NotReplaced as stopped:
        print(f"publish: {stopped}", file=sys.stderr)
        return 3
    except PublishError as stopped:
        print(f"publish: {stopped}", file=sys.stderr)
        return 1

    console = _console()
    # Markdown goes to a chat as it is; all that is said beside it goes elsewhere.
    aside = _console(stderr=True) if options.format == "markdown" else console
    if options.format == "markdown":
        console.out(winners_as_markdown(*awards), highlight=False)
    else:
        print_winners(*awards, console)
    for made in [published, *folders]:
        slash = "/" if made.is_dir() else ""
        aside.print(f"Published: {_short(made)}{slash}", soft_wrap=True, highlight=False)
    return 0


def _publish(
    data: Path, target: Path, everything: bool, what_changed: bool
) -> tuple[Path, list[Path]]:
    """Write all that is asked for to new places, and only when all of it is written put it in
    the place of the old: the database first, then one folder after the other.

    what_changed: leave alone what is there already as it would be written.

    Raises PublishError where something cannot be written: what is published is then as it
    was. Raises NotReplaced where one cannot be replaced: it and those after it are as they
    were, of an earlier build, as the build id in each says.
    """
    staging = data / "build/publishing"
    folders = _folders(target) if everything else []
    names = [NAME, *(name for _, name, _ in folders)]
    doing = f"read the build of {data}"
    try:
        refuse_unless_whole(data)
        if what_changed and is_published(data, names):
            return data / NAME, [data / name for name in names[1:]]
        doing = f"empty {staging}"
        empty_folder(staging)
        doing = f"write the database to {staging}"
        if what_changed and is_published(data, [NAME]):
            staged = Path(shutil.copyfile(data / NAME, staging / NAME))
        else:
            staged = stage_database(data, target, staging)
        with Console(stderr=True).status("") as status:
            for words, name, fill in folders:
                status.update(f"Writing {words} …")
                doing = f"write {words} to {staging / name}"
                fill(staged, empty_folder(staging / name))
        doing = f"replace the database in {data}"
        if not what_changed or content(staged) != content(data / NAME):
            replace_database(staged, data)
    except (OSError, duckdb.Error) as stopped:
        raise PublishError(
            f"Expected to {doing}; found: {stopped}. Nothing was published; mend this and "
            "run it again."
        ) from stopped
    for name in names[1:]:
        if what_changed and content(staging / name) == content(data / name):
            continue
        try:
            replace_folder(staging / name, data / name)
        except OSError as stopped:
            raise NotReplaced(
                f"Expected to replace {data / name}, as a whole; found: {stopped}. The "
                "database is published; mend this and run `make publish` again."
            ) from stopped
    shutil.rmtree(staging)
    note_published(data, names)
    return data / NAME, [data / name for name in names[1:]]


def _folders(target: Path) -> list[tuple[str, str, Callable[[Path, Path], object]]]:
    """What `--everything` makes of a published database.

    For each: words for whoever waits, a folder of DATA, and who fills it, called with the
    database and an empty folder.
    """
    return [
        ("Parquet", "parquet", partial(write_parquet, target=target)),
        ("CSV", "csv", write_csv),
        ("the site", "site", partial(_write_site, target=target)),
    ]


def _write_site(database: Path, to: Path, target: Path) -> None:
    """The site, which gives away what was written before it."""
    files = [*to.with_name("parquet").iterdir(), *to.with_name("csv").iterdir()]
    write_site(database, to, target, [database, *sorted(files)])


def _console(stderr: bool = False) -> Console:
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=PIPE_WIDTH)


def _short(path: Path) -> Path:
    """As a person in this folder would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m publish",
        description="Publish the database of the last build, if all of it passed, and "
        "print who won what.",
        epilog="exit codes: 0 published, 1 nothing was published, 2 wrong arguments, 3 the "
        "database was published, a folder that --everything adds could not be replaced, 130 "
        "or 143 stopped",
    )
    parser.add_argument(
        "--what-changed",
        action="store_true",
        help="leave alone what is already published as it would be written",
    )
    parser.add_argument(
        "--data",
        default=os.environ.get("LEAGUE_DATA", "data"),
        help="the folder with build/league.duckdb (default: data, or $LEAGUE_DATA)",
    )
    parser.add_argument(
        "--target",
        type=Path,
        default=Path(os.environ.get("DBT_TARGET_PATH", "target")),
        help="dbt's target folder (default: target, or $DBT_TARGET_PATH)",
    )
    parser.add_argument(
        "--everything",
        action="store_true",
        help="also Parquet, CSV and the site, each in a folder of DATA",
    )
    parser.add_argument(
        "--format",
        choices=("terminal", "markdown"),
        default="terminal",
        help="how the winners are printed; markdown: for a chat (default: terminal)",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(ended("publish", main))
