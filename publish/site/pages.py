"""The HTML pages: rows of site.sql into Jinja templates, one file a page."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from league.text import for_page
from publish.site import words
from publish.site.explained import explained
from publish.site.files import Download
from publish.site.hours import races_by_hour
from publish.site.linked_data import dataset, page_address, sports_event
from publish.site.rows import League, Row, grouped, of_season
from publish.site.text import as_json

TEMPLATES = Path(__file__).parent / "templates"
# A file of the site's own folder is not 'self' in every browser, but always file:.
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; "
    "img-src 'self' file:; base-uri 'none'; form-action 'none'"
)
# Each has a template of the same name. Most web hosts show the last where there is no page.
SINGLE = ("racer", "versus", "records", "rules", "tables", "404")


def write_pages(
    league: League, to: Path, askable: list[int], tables: dict, downloads: list[Download]
) -> None:
    """Write every HTML page into the folder `to`.

    askable: the seasons whose rules can be changed, each with a page for that. tables: all
    published ones, described. downloads: the files beside the pages.
    """
    address = _site_address()
    texts = explained(league)
    environment = _environment(league)
    environment.globals |= {"tables": tables, "explained": texts}
    written: list[str] = []

    def write(name: str, template: str, **what: Any) -> None:
        page = environment.get_template(template).render(page=_page(name), **what)
        (to / name).write_text(page, encoding="utf-8")
        written.append(name)

    covered = [row["season"] for row in league["seasons"] if row["is_covered"]]
    write("index.html", "index.html", cards=[of_season(league, year) for year in covered])
    decisions = dict(grouped(league["decisions"], "user_id"))
    for winner in league["winners"]:
        user_id = winner["user_id"]
        awards = [row for row in league["awards"] if row["user_id"] == user_id]
        write(
            league["winner_pages"][user_id],
            "winner.html",
            **winner,
            awards=awards,
            decisions=decisions.get(user_id, []),
        )
    for name in SINGLE:
        write(f"{name}.html", f"{name}.html")
    for name, heading, text in texts:
        write(name, "explained.html", heading=heading, text=text)
    of_board = {
        name: dict(grouped(league[name], "leaderboard_arn"))
        for name in ("podiums", "rankings", "given", "missed")
    }
    for board in league["boards"]:
        name = league["race_pages"][board["leaderboard_arn"]]
        found = {
            what: rows.get(board["leaderboard_arn"], []) for what, rows in of_board.items()
        }
        event = sports_event(league, address, board, found["podiums"], name)
        write(name, "race.html", linked_data=event, board=board, **found)
    for year in league["years"]:
        season = of_season(league, year)
        write(
            f"{year}.html",
            "season.html",
            **season,
            columns=columns(season["cells"]),
            races_by_hour=races_by_hour(season["cutoffs"], season["finals"]),
            podium_of=of_board["podiums"],
            has_what_if=year in askable,
        )
    for year in askable:
        write(f"{year}-what-if.html", "what_if.html", year=year)
    for _, of_group in tables["groups"]:
        for table in of_group:
            write(
                f"table-{table['name']}.html", "table.html", table=table, downloads=downloads
            )
    # What most people want comes first: tables for a spreadsheet, the database last.
    downloads = sorted(downloads, key=lambda one: (one.format != "CSV", one.size))
    data = dataset(league, address, downloads)
    write("download.html", "download.html", linked_data=data, downloads=downloads)
    if address:
        pages = [name for name in written if name != "404.html"]
        sitemap = environment.get_template("sitemap.xml").render(pages=pages)
        (to / "sitemap.xml").write_text(f"{sitemap}\n", encoding="utf-8")


def columns(cells: list[Row]) -> list[list[Row]]:
    """The prizes of a season in columns: those never given in the same round share one."""
    rounds: dict[str, set[int]] = {}
    for cell in cells:
        rounds.setdefault(cell["prize"], set()).add(cell["round_number"])
    first = {cell["prize"]: cell for cell in reversed(cells)}
    found: list[list[Row]] = []
    for prize, given in rounds.items():
        for column in found:
            if all(given.isdisjoint(rounds[other["prize"]]) for other in column):
                column.append(first[prize])
                break
        else:
            found.append([first[prize]])
    return found


def _environment(league: League) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        function.__name__: function
        for function in (
            *(words.day, words.moment, words.ordinal, words.seconds, words.sized),
            *(words.without_heading, words.behind_the_race, words.inside),
            *(words.linked, words.ticked, words.pluralize, words.evidence_in_words),
        )
    }
    environment.globals |= {
        "league": league,
        "policy": POLICY,
        "rules_by_evidence": Counter(
            words.evidence_in_words(rule["evidence"])
            for rule in league["rules"] + league["promotions"]
        ).items(),
        "page_address": page_address,
        # Inside its element nothing is escaped, so nothing in it may end that.
        "as_json": lambda value: Markup(as_json(value)),
        "address": _site_address(),
    }
    return environment


def _site_address() -> str:
    """Where the site will stand; empty where none was given."""
    return os.environ.get("SITE_ADDRESS", "").rstrip("/")


def harmless(value: Any) -> Any:
    """Whatever a template prints, with its control codes made visible; escaping comes later."""
    return type(value)(for_page(value)) if isinstance(value, str) else value


def _page(name: str) -> str | int:
    stem = name.removesuffix(".html")
    return int(stem) if stem.isdigit() else stem
