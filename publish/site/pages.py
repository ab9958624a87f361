"""The HTML pages: each view into its Jinja template, one file a page."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from league.text import for_page
from publish.site.downloads import Download
from publish.site.linked_data import dataset, page_address, sitemap, sports_event
from publish.site.pictures import cards
from publish.site.read import League
from publish.site.scripts import as_json
from publish.site.views import anchor
from publish.site.views.front import front
from publish.site.views.race import race_pages, races
from publish.site.views.records import records
from publish.site.views.rules import explained, rules
from publish.site.views.season import season
from publish.site.views.winner import winner
from publish.site.words import (
    behind_the_race,
    day,
    inside,
    linked,
    moment,
    ordinal,
    seconds,
    sized,
    ticked,
    without_heading,
    without_round,
)

TEMPLATES = Path(__file__).parent / "templates"
# A file of the site's own folder is not 'self' in every browser, but always file:.
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; "
    "img-src 'self' file:; base-uri 'none'; form-action 'none'"
)
EVIDENCE = {
    "published": "published",
    "inferred": "inferred",
    "catalogue": "named by the catalogue without a rule",
}


def write_pages(
    league: League,
    to: Path,
    what_if: list[int],
    tables: dict,
    downloads: list[Download],
    winner_pages: dict[str, str],
) -> None:
    """Write every HTML page into the folder `to`.

    what_if: the seasons whose rules can be changed, each with a page for that. tables: all
    published ones, described. downloads: the files beside the pages. winner_pages: UserId to
    page.
    """
    environment = _environment(league, winner_pages)
    of_races = race_pages(league.boards)

    address = _site_address()
    written: list[str] = []

    def write(name: str, template: str, **what: Any) -> None:
        page = environment.get_template(template).render(page=_page(name), **what)
        (to / name).write_text(page, encoding="utf-8")
        written.append(name)

    write("index.html", "index.html", **front(league))
    for user_id, name in winner_pages.items():
        write(name, "winner.html", **winner(league, user_id))
    write("racer.html", "racer.html")
    write("versus.html", "versus.html")
    write("records.html", "records.html", **records(league))
    # What most web hosts show in the place of a page that is not there.
    write("404.html", "404.html")
    texts = explained(league)
    for name, heading, text in texts:
        write(name, "explained.html", heading=heading, text=text)
    more = [(name, heading) for name, heading, _ in texts]
    write("rules.html", "rules.html", years=rules(league), explained=more)
    for of_race in races(league):
        board, podium = of_race["board"], of_race["podium"]
        name = of_races[board["leaderboard_arn"]]
        event = sports_event(league, address, board, podium, name)
        write(name, "race.html", linked_data=event, **of_race)
    for year in league.years:
        has_what_if = year in what_if
        write(f"{year}.html", "season.html", has_what_if=has_what_if, **season(league, year))
    for year in what_if:
        write(f"{year}-what-if.html", "what_if.html", year=year)
    write("tables.html", "tables.html", **tables)
    for _, of_group in tables["groups"]:
        for table in of_group:
            write(
                f"table-{table['name']}.html", "table.html", table=table, downloads=downloads
            )
    example = next(
        (rule["prize"] for rule in league.rules if rule["kind"] == "prize"), "prize"
    )
    about: dict[str, Any] = {
        "downloads": sorted(downloads, key=_wanted),
        "example": example,
    }
    data = dataset(league, address, about["downloads"])
    write("download.html", "download.html", linked_data=data, **about)
    if address:
        listed = sitemap(address, [name for name in written if name != "404.html"])
        (to / "sitemap.xml").write_text(listed, encoding="utf-8")


def _wanted(download: Download) -> tuple[bool, int]:
    """What most people want first: tables for a spreadsheet, the database last."""
    return download.format != "CSV", download.size


def _environment(league: League, winner_pages: dict[str, str]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": day,
        "moment": moment,
        "ordinal": ordinal,
        "seconds": seconds,
        "without_heading": without_heading,
        "without_round": without_round,
        "behind_the_race": behind_the_race,
        "inside": inside,
        "linked": linked,
        "sized": sized,
        "ticked": ticked,
        "evidence_in_words": _evidence_in_words,
    }
    environment.globals |= {
        "league": league,
        "policy": POLICY,
        "rules_by_evidence": Counter(
            _evidence_in_words(rule["evidence"]) for rule in league.rules + league.promotions
        ).items(),
        "anchor": anchor,
        "winner_pages": winner_pages,
        "race_pages": race_pages(league.boards),
        "page_address": page_address,
        # Inside its element nothing is escaped, so nothing in it may end that.
        "as_json": lambda value: Markup(as_json(value)),
        "address": _site_address(),
        "pictured": {name.removesuffix(".html") for name in cards(league, winner_pages)},
        "current": _current,
    }
    return environment


def _site_address() -> str:
    """Where the site will stand; empty where nobody said."""
    return os.environ.get("SITE_ADDRESS", "").rstrip("/")


def _harmless(value: Any) -> Any:
    """Whatever a template prints, with its control codes made visible; escaping comes later."""
    return type(value)(for_page(value)) if isinstance(value, str) else value


def _evidence_in_words(evidence: str) -> str:
    return EVIDENCE.get(evidence, evidence)


def _page(name: str) -> str | int:
    stem = name.removesuffix(".html")
    return int(stem) if stem.isdigit() else stem


def _current(page: str | int, name: str | int) -> Markup | str:
    return Markup(' aria-current="page"') if page == name else ""
