"""Command line of publishing: `python -m publish --help`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import duckdb

from league.ending import after_publishing, ended, of_database
from league.lock import locked
from league.made_here import claim
from league.options import add_data, add_target, parser
from league.terminal import console, short
from publish.database import refuse_unless_whole, write_database
from publish.errors import PublishError
from publish.lost import refuse_lost_prizes
from publish.parquet import write_parquet
from publish.proof import is_published, note_published
from publish.release import DATABASE, FOLDERS, RELEASES, digest, new_release
from publish.site import write_site
from publish.spreadsheet import write_csv
from publish.winners import print_winners, read_awards, winners_as_markdown

# Wide enough for a row a round; in a pipe there is no window to fit into.
PIPE_WIDTH = 100
EXIT_CODES = {
    "0": "published",
    "1": "nothing was published",
    "2": "wrong arguments",
    "130, 143": "stopped by Ctrl-C, or by a signal to end",
}


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        with locked(options.data):
            claim(options.data)
            published = _publish(
                options.data,
                options.target,
                options.everything,
                options.what_changed,
                options.accept_changes,
            )
            with after_publishing():
                awards = read_awards(published[0])
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
    for made in published:
        slash = "/" if made.is_dir() else ""
        aside.print(f"Published: {short(made)}{slash}", soft_wrap=True, highlight=False)
    return 0


def _publish(
    data: Path, target: Path, everything: bool, what_changed: bool, accept_changes: bool
) -> list[Path]:
    """Write all that is asked for as one release, and put it in place when all of it is
    written; returns the published database and folders.

    A release has the folders that are published already, too: what is published is always
    of one build. what_changed: leave alone what is there already as it would be written.
    accept_changes: publish although a prize that had winners has none now.

    Raises PublishError where something cannot be written: what is published is then as it
    was.
    """
    folders = [name for name in FOLDERS if everything or (data / name).exists()]
    names = [DATABASE, *folders]
    published = [data / name for name in names]
    doing = f"read the build of {data}"
    try:
        refuse_unless_whole(data)
        if what_changed and is_published(data, _digest(data, names)):
            return published
        doing = f"write a release to {data / RELEASES}"
        with new_release(data) as release:
            database = write_database(data, target, release)
            if not accept_changes:
                refuse_lost_prizes(database, data / DATABASE, release)
            with console(PIPE_WIDTH, stderr=True).status("") as status:
                for name in folders:
                    status.update(f"Writing {name} …")
                    doing = f"write {name} to {release}"
                    (release / name).mkdir()
                    _fill(release / name, database, target)
            doing = f"put {release} in place"
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
        note_published(data, _digest(data, names))
    return published


def _digest(data: Path, names: list[str]) -> str:
    # Pages name the address at which they are to stand.
    address = os.environ.get("SITE_ADDRESS", "") if "site" in names else ""
    return f"{digest(data, names)} {address}"


def _fill(folder: Path, database: Path, target: Path) -> None:
    """Write one of FOLDERS, which is empty."""
    if folder.name == "parquet":
        write_parquet(database, folder, target)
    elif folder.name == "csv":
        write_csv(database, folder)
    else:
        # The site gives away what was written before it.
        files = [*folder.with_name("parquet").glob("*"), *folder.with_name("csv").glob("*")]
        write_site(database, folder, target, [database, *sorted(files)])


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
