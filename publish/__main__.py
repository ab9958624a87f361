"""Command line of publishing: `python -m publish --help`."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

from league.ending import after_publishing, ended, of_database
from league.lock import locked
from league.options import add_data, add_target, parser
from league.terminal import console, short
from publish.changed import content, is_published, note_published
from publish.database import NAME, refuse_unless_whole, replace_database, stage_database
from publish.errors import NotReplaced, PublishError
from publish.folders import empty_folder, replace_folder
from publish.lost import refuse_lost_prizes
from publish.parquet import write_parquet
from publish.site import write_site
from publish.spreadsheet import write_csv
from publish.winners import print_winners, read_awards, winners_as_markdown

# Wide enough for a row a round; in a pipe there is no window to fit into.
PIPE_WIDTH = 100
EXIT_CODES = {
    "0": "published",
    "1": "nothing was published",
    "2": "wrong arguments",
    "3": "the database was published, a folder that --everything adds could not be replaced",
    "130, 143": "stopped by Ctrl-C, or by a signal to end",
}


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        with locked(options.data):
            published, folders = _publish(
                options.data,
                options.target,
                options.everything,
                options.what_changed,
                options.accept_changes,
            )
            with after_publishing():
                awards = read_awards(published)
    except NotReplaced as stopped:
        print(f"publish: {stopped}", file=sys.stderr)
        return 3
    except PublishError as stopped:
        print(f"publish: {stopped}", file=sys.stderr)
        return 1

    out = console(PIPE_WIDTH)
    # Markdown goes to a chat as it is; all that is said beside it goes elsewhere.
    aside = console(PIPE_WIDTH, stderr=True) if options.format == "markdown" else out
    if options.format == "markdown":
        out.out(winners_as_markdown(*awards), highlight=False)
    else:
        print_winners(*awards, out)
    for made in [published, *folders]:
        slash = "/" if made.is_dir() else ""
        aside.print(f"Published: {short(made)}{slash}", soft_wrap=True, highlight=False)
    return 0


def _publish(
    data: Path, target: Path, everything: bool, what_changed: bool, accept_changes: bool
) -> tuple[Path, list[Path]]:
    """Write all that is asked for to new places, and only when all of it is written put it in
    the place of the old: the database first, then one folder after the other.

    what_changed: leave alone what is there already as it would be written. accept_changes:
    publish although a prize that had winners has none now.

    Raises PublishError where something cannot be written: what is published is then as it
    was. Raises NotReplaced where one cannot be replaced: it and those after it are as they
    were, of an earlier build, as the build id in each says.
    """
    staging = data / "build/publishing"
    folders = _folders(target) if everything else []
    published = data / NAME, [data / name for _, name, _ in folders]
    names = [NAME, *(name for _, name, _ in folders)]
    doing = f"read the build of {data}"
    try:
        refuse_unless_whole(data)
        if what_changed and is_published(data, names):
            return published
        doing = f"empty {staging}"
        empty_folder(staging)
        doing = f"write the database to {staging}"
        if what_changed and is_published(data, [NAME]):
            staged = Path(shutil.copyfile(data / NAME, staging / NAME))
        else:
            staged = stage_database(data, target, staging)
        if not accept_changes:
            refuse_lost_prizes(staged, data / NAME, staging)
        with console(PIPE_WIDTH, stderr=True).status("") as status:
            for words, name, fill in folders:
                status.update(f"Writing {words} …")
                doing = f"write {words} to {staging / name}"
                fill(staged, empty_folder(staging / name))
        doing = f"replace the database in {data}"
        if not what_changed or content(staged) != content(data / NAME):
            replace_database(staged, data)
    except duckdb.Error as stopped:
        raise PublishError(
            f"Expected to {doing}. {of_database(stopped)} Nothing was published."
        ) from stopped
    except OSError as stopped:
        raise PublishError(
            f"Expected to {doing}; found: {stopped}. Nothing was published; mend this and "
            "run it again."
        ) from stopped
    with after_publishing():
        for folder in published[1]:
            if not what_changed or content(staging / folder.name) != content(folder):
                _replace(staging / folder.name, folder)
        shutil.rmtree(staging)
        note_published(data, names)
    return published


def _replace(new: Path, old: Path) -> None:
    try:
        replace_folder(new, old)
    except OSError as stopped:
        raise NotReplaced(
            f"Expected to replace {old}, as a whole; found: {stopped}. The database is "
            "published; mend this and run `make publish` again."
        ) from stopped


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


def _options(arguments: list[str] | None) -> argparse.Namespace:
    asks = parser(
        "publish",
        "Publish the database of the last build, if all of it passed, and print who won what.",
        EXIT_CODES,
    )
    add_data(asks, "the folder with build/league.duckdb")
    add_target(asks)
    asks.add_argument(
        "--what-changed",
        action="store_true",
        help="leave alone what is already published as it would be written",
    )
    asks.add_argument(
        "--everything",
        action="store_true",
        help="also Parquet, CSV and the site, each in a folder of DATA",
    )
    asks.add_argument(
        "--accept-changes",
        action="store_true",
        help="publish although a prize that had winners has none now",
    )
    asks.add_argument(
        "--format",
        choices=("terminal", "markdown"),
        default="terminal",
        help="how the winners are printed; markdown: for a chat (default: terminal)",
    )
    return asks.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(ended("publish", main))
