"""The static site: pages and scripts that work from a folder and from any web host."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from publish.site.downloads import give_away
from publish.site.pages import write_pages
from publish.site.pictures import write_pictures
from publish.site.racers import write_racers
from publish.site.rankings import write_rankings
from publish.site.read import read_league
from publish.site.views.race import race_pages
from publish.site.views.tables import tables
from publish.site.views.winner import winner_pages
from publish.site.what_if import write_what_if

STATIC = Path(__file__).parent / "static"


def write_site(database: Path, to: Path, target: Path, files: Sequence[Path] = ()) -> None:
    """Write the site of a published database into the empty folder `to`.

    target: dbt's target folder of the build, which describes the tables. files: what the
    download page offers, beside the pages in the folder `download`.
    """
    with duckdb.connect(str(database), read_only=True) as opened:
        league = read_league(opened)
        pages = winner_pages(league.awards)
        asked = write_what_if(opened, to / "data")
        write_racers(opened, league, pages, asked, to / "data")
        write_rankings(opened, race_pages(league.boards), to / "rankings")
        described = tables(opened, target)
    for file in STATIC.iterdir():
        shutil.copyfile(file, to / file.name)
    downloads = give_away(files, to / "download")
    write_pages(league, to, asked, described, downloads, pages)
    write_pictures(league, pages, to / "og")
