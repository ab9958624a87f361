"""Command line of publishing: `python -m publish --help`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
from rich.console import Console

from publish.database import publish_database
from publish.documentation import write_documentation
from publish.errors import PublishError
from publish.folders import empty_folder, replace_folder
from publish.parquet import write_parquet
from publish.site import build_site
from publish.spreadsheet import write_csv
from publish.winners import print_winners, read_awards, winners_as_markdown

# Wide enough for a row a round; in a pipe there is no window to fit into.
PIPE_WIDTH = 100


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    data = Path(options.data)
    console = _console()
    # Markdown goes to a chat as it is; all that is said beside it goes elsewhere.
    aside = _console(stderr=True) if options.format == "markdown" else console
    try:
        published = publish_database(data, options.target)
    except PublishError as stopped:
        print(f"publish: {stopped}", file=sys.stderr)
        return 1

    awards = read_awards(published)
    if options.format == "markdown":
        console.out(winners_as_markdown(*awards), highlight=False)
    else:
        print_winners(*awards, console)
    aside.print(f"Published: {_short(published)}", soft_wrap=True, highlight=False)

    if options.everything:
        try:
            made = _publish_folders(published, data, options.target)
        except PublishError as stopped:
            print(f"publish: {stopped}", file=sys.stderr)
            return 3
        for folder in made:
            aside.print(f"Published: {_short(folder)}/", soft_wrap=True, highlight=False)
    return 0


def _folders(target: Path) -> list[tuple[str, str, Callable[[Path, Path], object]]]:
    """What `--everything` makes of a published database.

    For each: words for whoever waits, a folder of DATA, and who fills it, called with the
    database and an empty folder.
    """
    return [
        ("Parquet", "parquet", partial(write_parquet, target=target)),
        ("CSV", "csv", write_csv),
        ("the site", "site", _write_site),
    ]


def _write_site(database: Path, to: Path) -> None:
    """The site, with dbt's documentation of every table as one of its pages."""
    documentation = empty_folder(to.with_name("documentation"))
    write_documentation(database, documentation)
    build_site(database, to, documentation / "index.html")


def _publish_folders(database: Path, data: Path, target: Path) -> list[Path]:
    """Write everything to new folders, and only when all are written replace the old ones.

    Raises PublishError where one cannot be written; the old ones are then as they were. Where
    one cannot be replaced, it and those after it are as they were.
    """
    staging = data / "build/publishing"
    folders = _folders(target)
    doing = f"empty {staging}"
    try:
        empty_folder(staging)
        with Console(stderr=True).status("") as status:
            for words, name, fill in folders:
                status.update(f"Writing {words} …")
                doing = f"write {words} to {staging / name}"
                fill(database, empty_folder(staging / name))
        for _, name, _ in folders:
            doing = f"replace {data / name}, as a whole"
            replace_folder(staging / name, data / name)
    except (OSError, duckdb.Error) as stopped:
        raise PublishError(
            f"Expected to {doing}; found: {stopped}. The database is published; mend this "
            "and run `make publish` again."
        ) from stopped
    return [data / name for _, name, _ in folders]


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
        "database was published, what --everything adds was not",
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
    sys.exit(main())
