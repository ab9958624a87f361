"""Publish the last build, if all of it passed, and print who won what."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from league.data_folder import at_work
from league.errors import after_publishing, of_database
from league.terminal import Console, short
from league.text import for_terminal
from publish import PublishError
from publish.database import OFFLINE, quoted, refuse_unless_complete, write_database
from publish.parquet import write_parquet
from publish.proof import checksum, is_built_by_command, is_published, note_published
from publish.release import CURRENT, DATABASE, FOLDERS, RELEASES, new_release
from publish.site import write_site
from publish.spreadsheet import write_csv
from publish.winners import print_winners, read_awards, winners_as_markdown

# Prizes of a season that had winners and have none now.
LOST = """
    select season, prize from before.main.prize_winners
    except
    select season, prize from prize_winners
    order by all
"""
# Wide enough for a row a round; in a pipe there is no window to fit into.
PIPE_WIDTH = 100


def publish(
    data: Path,
    target: Path,
    everything: bool = False,
    what_changed: bool = False,
    accept_changes: bool = False,
    format: str = "terminal",
) -> None:
    """Publish the database of the last build of `data`, and print who won what.

    target: dbt's target folder where the user ran dbt. everything: also Parquet, CSV and the site.
    what_changed: leave alone what is there already as it would be written. accept_changes:
    publish although a prize that had winners has none now. format: "terminal" or "markdown".

    Raises PublishError where nothing was published.
    """
    with at_work(data):
        published = _publish(data, target, everything, what_changed, accept_changes)
        with after_publishing():
            _print(published, format)


def _print(published: list[Path], format: str) -> None:
    awards = read_awards(published[0])
    out = Console(PIPE_WIDTH)
    # Markdown goes to a chat as it is; all that is said beside it goes elsewhere.
    aside = Console(PIPE_WIDTH, stderr=True) if format == "markdown" else out
    if format == "markdown":
        out.out(winners_as_markdown(*awards), highlight=False)
    else:
        print_winners(*awards, out)
    for made in published:
        slash = "/" if made.is_dir() else ""
        aside.print(f"Published: {short(made)}{slash}", soft_wrap=True)


def _publish(
    data: Path, target: Path, everything: bool, what_changed: bool, accept_changes: bool
) -> list[Path]:
    """Write all that is asked for as one release, and put it in place when all of it is
    written; returns the published database and folders.

    A release has the folders that are published already, too: what is published is always
    of one build.
    """
    folders = [name for name in FOLDERS if everything or (data / name).exists()]
    names = [DATABASE, *folders]
    published = [data / name for name in names]
    doing = f"read the build of {data}"
    try:
        refuse_unless_complete(data)
        if is_built_by_command(data):
            target = data / "build/target"
        if what_changed and is_published(data, _digest(data, names)):
            return published
        doing = f"write a release to {data / RELEASES}"
        with new_release(data) as release:
            database = write_database(data, target, release)
            if not accept_changes:
                _refuse_lost_prizes(database, data / DATABASE)
            with Console(PIPE_WIDTH, stderr=True).status("") as status:
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
    """A checksum of these parts of what is published, and of the address that pages name."""
    address = os.environ.get("SITE_ADDRESS", "") if "site" in names else ""
    # A log beside the database counts: readers see what it says.
    parts = [data / CURRENT / f"{DATABASE}.wal", *(data / name for name in names)]
    return checksum(" ".join([*names, address]), data, parts)


def _fill(folder: Path, database: Path, target: Path) -> None:
    """Write one of FOLDERS, which is empty."""
    if folder.name == "parquet":
        write_parquet(database, folder, target)
    elif folder.name == "csv":
        write_csv(database, folder, target)
    else:
        # The site gives away what was written before it.
        files = [
            *folder.with_name("parquet").glob("*"),
            # All of them lie in one folder there, and so does one datapackage.json.
            *folder.with_name("csv").glob("*.csv"),
        ]
        write_site(database, folder, target, [database, *sorted(files)])


def _refuse_lost_prizes(staged: Path, published: Path) -> None:
    """Raise PublishError where a prize of a season has winners in the published database and
    none in the staged one."""
    if not published.is_file():
        return
    with duckdb.connect(str(staged), read_only=True, config=OFFLINE) as database:
        try:
            database.execute(f"attach '{quoted(published)}' as before (read_only)")
            # No SQL in either database reads any other file.
            database.execute("set enable_external_access = false")
            lost = database.execute(LOST).fetchall()
        except duckdb.Error:
            # No sound file, or one that a notebook has open for writing.
            return
    if lost:
        prizes = ", ".join(f"{prize} of {season}" for season, prize in lost[:5])
        more = f" and {len(lost) - 5} more" if lost[5:] else ""
        raise PublishError(
            "Expected winners of every prize that had some; found none any more of "
            f"{for_terminal(prizes)}{more}. Nothing was published. If that is right, run again "
            "with ACCEPT_CHANGES=1 (--accept-changes)."
        )
