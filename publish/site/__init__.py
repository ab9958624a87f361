"""The static site: pages and scripts that work from a folder and from any web host."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from publish.errors import PublishError
from publish.folders import empty_folder, replace_folder
from publish.site.pages import write_pages
from publish.site.racers import write_racers
from publish.site.read import read_league
from publish.site.what_if import write_what_if

STATIC = Path(__file__).parent / "static"
TABLES = "tables.html"


def build_site(database: Path, to: Path, documentation: Path | None = None) -> list[Path]:
    """Write the site of a published database into the folder `to`, replacing the old one.

    documentation: one HTML file about every table, which becomes tables.html of the site.

    Returns every file of the site. Whoever opens the folder meanwhile sees the old site or
    the new one, never half of either.

    Raises PublishError where there is no database; the old site is then as it was.
    """
    if not database.is_file():
        raise PublishError(
            f"Expected a published database at {database}, found none. Run `make winners` first."
        )
    new = empty_folder(to.with_name(f".{to.name}.new"))
    try:
        _write(database, new, documentation)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    replace_folder(new, to)
    return sorted(path for path in to.rglob("*") if path.is_file())


def _write(database: Path, to: Path, documentation: Path | None) -> None:
    with duckdb.connect(str(database), read_only=True) as opened:
        league = read_league(opened)
        write_racers(opened, league, to / "data")
        asked = write_what_if(opened, to / "data")
    for file in STATIC.iterdir():
        shutil.copyfile(file, to / file.name)
    if documentation:
        shutil.copyfile(documentation, to / TABLES)
    write_pages(league, to, has_tables=documentation is not None, what_if=asked)
