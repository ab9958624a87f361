"""The rules: each season's rows read aloud, and the project's own texts about them."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from publish.site.read import League, Row
from publish.site.views import of_season
from publish.site.words import counted, listed

EXPLAINED = Path(__file__).parents[3] / "docs/rules"


def rules(league: League) -> list[tuple[int, list[Row], list[Row]]]:
    """Season, its rules with a sentence each, its promotion rules."""
    return [
        (
            year,
            [{**rule, "sentence": _in_words(rule)} for rule in of_season(league.rules, year)],
            of_season(league.promotions, year),
        )
        for year in league.seasons
    ]


def _in_words(rule: Row) -> str:
    """The rows of seeds/ that make a rule, read aloud."""
    races = listed([f"the {race}" for race in rule["races"]], "and")
    if rule["evidence"] == "catalogue":
        return f"Whoever the catalogue names as the winner of {races}."
    what = counted(rule["quota"], rule["one"], rule["many"])
    line = ", then ".join(f"the {race}" for race in rule["races"])
    skipped = (
        f"Whoever already holds a {listed(rule['barred_by'], 'or')} is skipped, and the next in "
        "line moves up."
        if rule["barred_by"]
        else "Nobody is skipped."
    )
    return f"{what} a round, in the order of the ranking of {line}. {skipped}"


def explained() -> list[tuple[str, str, Markup]]:
    """Page, heading and HTML of each of the project's texts about its rules."""
    # No HTML in them becomes HTML: they quote names.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    texts = [
        (file, file.read_text(encoding="utf-8")) for file in sorted(EXPLAINED.glob("*.md"))
    ]
    return [
        (
            f"rule-{file.stem}.html",
            text.partition("\n")[0].lstrip("# "),
            Markup(markdown.render(text).replace("<pre>", '<pre tabindex="0">')),
        )
        for file, text in texts
    ]
