"""The site as a test reads it: made of a database, parsed, or opened in a browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import pytest

from publish.release import empty_folder
from publish.site import write_site
from tests.helpers.browser import Page, chromium, firefox

VOID = {"meta", "link", "input", "br", "hr", "img"}
in_a_browser = pytest.mark.skipif(
    chromium() is None, reason="no Chromium on the path, and none named by $CHROMIUM"
)
in_both_browsers = pytest.mark.parametrize(
    "page",
    [
        pytest.param("chromium_page", marks=in_a_browser),
        pytest.param(
            "firefox_page",
            marks=pytest.mark.skipif(
                firefox() is None, reason="no Firefox on the path, and none named by $FIREFOX"
            ),
        ),
    ],
    indirect=True,
)


def make_site(database: Path, to: Path, given: Sequence[Path] = ()) -> list[Path]:
    """The site of a published database in the folder `to`; its files.

    given: the files that the download page offers.
    """
    write_site(database, empty_folder(to), database.parent / "build/target", given)
    return sorted(path for path in to.rglob("*") if path.is_file())


class Parsed(HTMLParser):
    """The elements of a page, and every tag that does not close what is open."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.wrong: list[str] = []
        self._open: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))
        self.close()
        self.wrong += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        self.text.append(data)

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


@cache
def parsed(page: Path) -> Parsed:
    return Parsed(page)


def text_of(page: Path) -> str:
    return "".join(parsed(page).text)


def links_of(page: Path) -> list[str]:
    return [found["href"] for tag, found in parsed(page).elements if tag == "a"]


def read_data(file: Path) -> list:
    """The arguments that a data file passes."""
    (arguments,) = re.fullmatch(r"league\.\w+\((.*)\);\n", file.read_text("ascii")).groups()
    return json.loads(f"[{arguments}]")


def changed(database: Path, to: Path, *statements: tuple[str, list] | str) -> Path:
    """A copy of a published database in which these statements were executed."""
    to.mkdir(parents=True, exist_ok=True)
    copy = Path(shutil.copy(database, to / database.name))
    # dbt's account of the build stays true of the copy.
    (to / "build").unlink(missing_ok=True)
    (to / "build").symlink_to(database.parent / "build")
    with duckdb.connect(str(copy)) as opened:
        for statement in statements:
            opened.execute(*((statement,) if isinstance(statement, str) else statement))
    return copy


def html_pages(site: Path) -> list[Path]:
    pages = sorted(site.glob("*.html"))
    assert pages, f"no page in {site}"
    return pages


def winner_page(site: Path, name: str) -> str:
    """The page of a winner of this name, as an address has it."""
    (page,) = site.glob(f"winner-????????-{name}.html")
    return page.name


def one_of_each_kind(site: Path) -> list[Path]:
    return list({file.name.partition("-")[0]: file for file in html_pages(site)}.values())


@cache
def racers_of(site: Path) -> dict[str, list]:
    return {
        racer[0]: racer
        for file in (site / "data/racers").iterdir()
        for racer in read_data(file)[1]
    }


def links_that_lead_nowhere(site: Path) -> list[str]:
    ids = {page.name: set(parsed(page).ids()) for page in html_pages(site)}
    ids["racer.html"] |= set(racers_of(site))
    astray = []
    for page in html_pages(site):
        for address in links_of(page):
            link = urlsplit(address)
            target, anchor = link.path or page.name, unquote(link.fragment)
            if not link.scheme and (
                not (site / target).is_file() or (anchor and anchor not in ids[target])
            ):
                astray.append(f"{page.name}: {address}")
    return astray


def search(page: Page, text: str) -> None:
    page.ask("document.getElementById('who').focus()")
    page.press("Escape")
    assert page.ask("document.getElementById('how-many').textContent") == ""
    page.type(text)
    page.wait_for("/^[^L]/.test(document.getElementById('how-many').textContent)")


def names_of_found(page: Page) -> list[str]:
    return page.ask(
        "[...document.querySelectorAll('#found .name bdi')].map(e => e.textContent)"
    )


def heading(page: Page, text: str) -> None:
    """Wait for a racer's story, and for its page to be there as a whole."""
    page.wait_for(
        "document.readyState === 'complete' && "
        f"document.querySelector('#story h1')?.textContent === {json.dumps(text)}"
    )
