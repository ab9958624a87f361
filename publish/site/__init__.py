"""The static site: pages and scripts that work from a folder and from any web host.

`write_site` asks a published database for the rows of site.sql (rows.py), and writes them as
HTML (pages.py, templates/), as data for scripts (racers.py, what_if.py), as pictures of links
(pictures.py), and as files to take away (files.py).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from publish.site.files import give_away, write_rankings
from publish.site.pages import write_pages
from publish.site.pictures import cards, write_pictures
from publish.site.racers import write_racers
from publish.site.rows import read_league
from publish.site.tables import tables
from publish.site.what_if import write_what_if

STATIC = Path(__file__).parent / "static"


def write_site(database: Path, to: Path, target: Path, files: Sequence[Path] = ()) -> None:
    """Write the site of a published database into the empty folder `to`.

    target: dbt's target folder of the build, which describes the tables. files: what the
    download page offers, beside the pages in the folder `download`.
    """
    with duckdb.connect(str(database), read_only=True) as opened:
        league = read_league(opened)
        askable = write_what_if(opened, to / "data")
        write_racers(opened, league, askable, to / "data")
        write_rankings(opened, league["race_pages"], to / "rankings")
        described = tables(opened, target)
    for file in STATIC.iterdir():
        shutil.copyfile(file, to / file.name)
    pictured = cards(league)
    league["pictured"] = {page.removesuffix(".html") for page in pictured}
    write_pages(league, to, askable, described, give_away(files, to / "download"))
    write_pictures(league, pictured, to / "og")
