"""The static site: pages and scripts that work from a folder and from any web host."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from publish.site.pages import write_pages
from publish.site.racers import write_racers
from publish.site.read import read_league
from publish.site.what_if import write_what_if

STATIC = Path(__file__).parent / "static"
TABLES = "tables.html"


def write_site(database: Path, to: Path, documentation: Path) -> None:
    """Write the site of a published database into the empty folder `to`.

    documentation: one HTML file about every table, which becomes tables.html of the site.
    """
    with duckdb.connect(str(database), read_only=True) as opened:
        league = read_league(opened)
        write_racers(opened, league, to / "data")
        asked = write_what_if(opened, to / "data")
    for file in STATIC.iterdir():
        shutil.copyfile(file, to / file.name)
    shutil.copyfile(documentation, to / TABLES)
    write_pages(league, to, what_if=asked)
