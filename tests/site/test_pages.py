"""What every page promises to its readers."""

from __future__ import annotations

import re
from urllib.parse import unquote

from ingest.source import PINNED_REF, UPSTREAM
from publish.about import FICTIONAL
from publish.site import pages
from publish.site.words import linked
from tests.helpers.site import Parsed, changed, html_pages, links_that_lead_nowhere, make_site


def test_there_is_a_page_for_every_season_that_coverage_names(site, real_site):
    assert {page.name for page in site.glob("2*.html")} == {"2121.html", "2121-what-if.html"}
    seasons = {f"{year}.html" for year in range(2019, 2025)}
    with_lines = {f"{year}-what-if.html" for year in (2020, 2021, 2022)}
    assert seasons | with_lines < {page.name for page in html_pages(real_site)}


def test_every_page_is_well_formed(site):
    for page in html_pages(site):
        parsed = Parsed(page)
        assert not parsed.wrong, page.name
        assert len(parsed.ids()) == len(set(parsed.ids())), page.name


def test_no_page_loads_anything_from_elsewhere(site):
    for page in html_pages(site):
        parsed = Parsed(page)
        policies = [
            a["content"]
            for tag, a in parsed.elements
            if a.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policies == [pages.POLICY]
        for tag, attributes in parsed.elements:
            loads = attributes.get("src") or (
                attributes.get("href") if tag == "link" else None
            )
            assert loads is None or (site / loads).is_file(), f"{page.name}: {loads}"
            assert tag not in ("style", "iframe", "object", "base", "img"), page.name
            assert not [
                name for name in attributes if name.startswith("on") or name == "style"
            ]
    assert not re.search(r"url\(|@import|https?:", (site / "site.css").read_text())


def test_every_link_leads_somewhere(site):
    assert links_that_lead_nowhere(site) == []


def test_every_link_of_the_real_seasons_leads_somewhere(real_site):
    assert links_that_lead_nowhere(real_site) == []


def test_a_fictional_season_looks_fictional_on_every_page_and_a_real_one_on_none(
    site, real_site
):
    for page in html_pages(site):
        assert FICTIONAL.replace("`", "") in "".join(Parsed(page).text), page.name
    for page in html_pages(real_site):
        assert "FICTIONAL" not in page.read_text(encoding="utf-8"), page.name


def test_a_page_names_the_commit_but_no_folder_and_no_password(demo_built, tmp_path):
    def footer(source: str, ref: str | None) -> str:
        database = changed(
            demo_built.published,
            tmp_path / "db",
            ("update raw.source set source = ?, ref = ?", [source, ref]),
        )
        make_site(database, tmp_path / "site")
        return (tmp_path / "site/index.html").read_text().partition("<footer>")[2]

    assert f'/deepracer-race-data/tree/{PINNED_REF}"' in footer(UPSTREAM, PINNED_REF)
    mirror = footer("https://me:secret@mirror.example/data", "abc123")
    assert "mirror.example, commit abc123" in mirror and "secret" not in mirror
    folder = footer("/home/somebody/race-data", None)
    assert "a local copy of the archive" in folder and "somebody" not in folder


def test_no_file_of_the_site_names_a_folder_of_this_machine(demo_built, tmp_path):
    for file in make_site(demo_built.published, tmp_path / "site"):
        assert str(demo_built.data).encode() not in file.read_bytes(), file.name


def test_the_records_page_tells_every_record_of_its_table(everything, site):
    told = " ".join("".join(Parsed(site / "records.html").text).split())
    sentences = everything.ask("select sentence from records")
    assert len(sentences) > 5
    for (sentence,) in sentences:
        assert sentence in told


def test_every_source_with_an_address_is_a_link(real_site, archive):
    sources = archive.ask("select distinct season, source from season_coverage")
    addresses = {
        (season, address)
        for season, source in sources
        for address in re.findall(r"https://[^\s;]+", source)
    }
    assert len(addresses) > 10
    for season, address in addresses:
        links = [a.get("href") for _, a in Parsed(real_site / f"{season}.html").elements]
        assert address in links, season


def test_words_before_an_address_are_its_link():
    assert linked("Her blog, 2021: https://a.example/b; the rules: https://c.example/") == (
        '<a href="https://a.example/b">Her blog, 2021</a>; '
        '<a href="https://c.example/">the rules</a>'
    )
    assert linked("https://a.example/b https://c.example/") == (
        '<a href="https://a.example/b">a.example</a>, '
        '<a href="https://c.example/">c.example</a>'
    )
    assert linked("Said <by> nobody") == "Said &lt;by&gt; nobody"


def test_every_page_asks_whether_it_is_wrong_and_names_itself(real_site, site):
    for page in html_pages(real_site):
        (link,) = [a for _, a in Parsed(page).elements if a.get("id") == "wrong"]
        asked = unquote(link["href"])
        assert "/issues/new?title=" in asked and page.name in asked
    assert 'id="wrong"' not in (site / "index.html").read_text(), "an invented season"
