"""Publish the last build, if all of it passed, and print who won what."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

from league.errors import after_publishing, of_database
from league.lock import locked
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


def publish(
    data: Path,
    target: Path,
    everything: bool = False,
    what_changed: bool = False,
    accept_changes: bool = False,
    format: str = "terminal",
) -> None:
    """Publish the database of the last build of `data`, and print who won what.

    target: dbt's target folder of that build. everything: also Parquet, CSV and the site.
    what_changed: leave alone what is there already as it would be written. accept_changes:
    publish although a prize that had winners has none now. format: "terminal" or "markdown".

    Raises PublishError where nothing was published, NotReplaced where not all of it was.
    """
    with locked(data):
        published, folders = _publish(data, target, everything, what_changed, accept_changes)
        with after_publishing():
            awards = read_awards(published)
    out = console(PIPE_WIDTH)
    # Markdown goes to a chat as it is; all that is said beside it goes elsewhere.
    aside = console(PIPE_WIDTH, stderr=True) if format == "markdown" else out
    if format == "markdown":
        out.out(winners_as_markdown(*awards), highlight=False)
    else:
        print_winners(*awards, out)
    for made in [published, *folders]:
        slash = "/" if made.is_dir() else ""
        aside.print(f"Published: {short(made)}{slash}", soft_wrap=True, highlight=False)


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
