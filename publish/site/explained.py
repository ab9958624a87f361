"""The project's own texts about its rules, as pages."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from publish.site.rows import League

# Markdown has no table without a heading, HTML has.
EMPTY_HEADING = re.compile(r"<thead>\s*<tr>\s*(<th></th>\s*)+</tr>\s*</thead>\s*")
PROJECT = Path(__file__).parents[2]
EXPLAINED = PROJECT / "docs/rules"
SHIPPED = PROJECT / "seeds/league.csv"


def explained(league: League) -> list[tuple[str, str, Markup]]:
    """Page, heading and HTML of each of the project's texts about its rules.

    They explain the league of seeds/ by its real winners, who have no place in another league
    or an invented season. What a query prints is shown as a table, the query itself is folded.
    """
    # No HTML in them becomes HTML: they quote names.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _fence)
    # A table of its own may be wider than a phone.
    scroll = '<div class="scroll" role="group" aria-label="A table" tabindex="0">'
    markdown.add_render_rule("table_open", lambda *_: f"{scroll}<table>\n")
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    with SHIPPED.open(encoding="utf-8", newline="") as rows:
        (shipped,) = csv.DictReader(rows)
    if league["about"].is_fictional or league["name"] != shipped["name"]:
        return []
    texts = [(file, file.read_text("utf-8")) for file in sorted(EXPLAINED.glob("*.md"))]
    return [
        (
            f"rule-{file.stem}.html",
            text.partition("\n")[0].lstrip("# "),
            Markup(EMPTY_HEADING.sub("", markdown.render(text))),
        )
        for file, text in texts
    ]


def _fence(renderer: Any, tokens: Sequence, at: int, options: Any, env: Any) -> str:
    language, text = tokens[at].info.strip(), tokens[at].content
    if language == "sql":
        return Markup(
            "<details><summary>The question in SQL</summary>"
            '<pre tabindex="0"><code>{}</code></pre></details>\n'
        ).format(text)
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in text.splitlines()
        if line.startswith("│")
    ]
    if not rows:
        return Markup('<pre tabindex="0"><code>{}</code></pre>\n').format(text)
    heading, *body = rows
    return Markup(
        '<div class="scroll" role="group" aria-label="{}" tabindex="0">{}</div>\n'
    ).format(
        f"The answer: {', '.join(heading)}",
        Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(
            _row(heading, "th"), Markup("").join(_row(cells, "td") for cells in body)
        ),
    )


def _row(cells: list[str], tag: str) -> Markup:
    """A row of a table that the shell printed; names of columns become words."""
    printed = [
        cell.replace("_", " ") if tag == "th" else "–" if cell == "NULL" else cell
        for cell in cells
    ]
    scope = Markup(' scope="col"') if tag == "th" else ""
    return Markup("<tr>{}</tr>").format(
        Markup("").join(
            Markup("<{}{}>{}</{}>").format(Markup(tag), scope, cell, Markup(tag))
            for cell in printed
        )
    )
