"""A page that is sent to somebody says by itself what it is."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree
from zlib import crc32

import duckdb
import pytest
from PIL import Image

from publish.site.pictures import (
    BLACK,
    FIRST_COLOUR,
    MARGIN,
    WIDTH,
    cards,
    drawable,
    in_lines,
    width,
)
from publish.site.rows import grouped, read_league
from publish.site.text import winner_pages
from tests.helpers.site import (
    Parsed,
    changed,
    heading,
    html_pages,
    in_a_browser,
    make_site,
    winner_page,
)

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def told(site, page: str) -> dict[str, str]:
    """What a page says of itself for a preview of it."""
    return {
        attributes["property"]: attributes["content"]
        for tag, attributes in Parsed(site / page).elements
        if tag == "meta" and "property" in attributes
    }


def test_every_page_that_is_sent_around_has_a_title_a_sentence_and_a_picture(
    real_site, archive
):
    winners = {
        user_id
        for (user_id,) in archive.ask(
            "select distinct user_id from prize_winners where user_id is not null"
        )
    }
    pages = sorted(page.name for page in real_site.glob("winner-*.html"))
    assert len(pages) == len(winners) > 100
    races = [page.name for page in real_site.glob("race-*.html")]
    assert len(races) == archive.ask("select count(*) from races")[0][0]
    seasons = [f"{year}.html" for year in range(2019, 2026)]
    for page in [*pages, *races, *seasons, "index.html", "records.html"]:
        about = told(real_site, page)
        assert about["og:title"] and about["og:description"], page
        picture = (real_site / about["og:image"]).read_bytes()
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", picture[16:24]) == (1200, 630)
        assert len(picture) < 40_000
    karl = told(real_site, winner_page(real_site, "karl-nab"))
    assert karl["og:title"].startswith("Karl-NAB: ")
    assert "Karl-NAB won" in karl["og:description"]


def test_pictures_say_name_prize_and_margin(archive):
    with duckdb.connect(str(archive.published), read_only=True) as database:
        league = read_league(database)
    pages, said = league["winner_pages"], cards(league)
    ((ferrite,),) = archive.ask("select user_id from racers where alias = 'ferrite'")
    assert said[pages[ferrite]].heading == "ferrite"
    assert said[pages[ferrite]].facts[0].startswith("Evo (car), October 2021")
    ((behind_ms,),) = archive.ask(
        "select ranking_score_ms - min(ranking_score_ms) over () from race_results "
        "where season = 2021 and round_name = 'October' and leaderboard_arn in ("
        "select leaderboard_arn from prize_winners where season = 2021 and prize = 'evo' "
        f"and user_id = '{ferrite}') qualify user_id = '{ferrite}'"
    )
    assert said[pages[ferrite]].facts[1] == (
        f"54th in the month's race, {behind_ms / 1000:.3f} s behind the first."
    )
    assert said["2021.html"].facts[1] == (
        "Who won all 24 championship seats, 5 wildcard seats and 80 cars."
    )
    for board, row in grouped(league["podiums"], "leaderboard_arn"):
        card = said[league["race_pages"][board]]
        assert all(one["alias"] in fact for one, fact in zip(row, card.facts, strict=False))


def test_a_picture_is_drawn_with_its_words_and_lights_the_winners_own(real_site):
    def colours(page: str) -> set[int]:
        with Image.open(real_site / f"og/{page}.png") as picture:
            return set(picture.tobytes())

    assert BLACK in colours("2021") and BLACK in colours("records")
    assert colours("2021") > {FIRST_COLOUR + 1} and FIRST_COLOUR not in colours("2021")
    assert FIRST_COLOUR in colours(winner_page(real_site, "karl-nab").removesuffix(".html"))


@pytest.mark.parametrize(
    ("name", "seen"),
    [("Zoë B.", "Zoe B."), ("🏎️ Zoë", "Zoe"), ("🏎️", ""), ("محمد", ""), ("JJ_1-x", "JJ_1-x")],
)
def test_a_picture_has_of_a_name_what_the_font_has(name, seen):
    assert drawable(name) == seen


@pytest.mark.parametrize("name", ["W" * 200, "a b " * 80, "🏎️" * 50, ""])
def test_any_name_fits_into_a_picture(name):
    assert all(width(line, 36) <= WIDTH - 2 * MARGIN for line in in_lines(name, 36))


def test_where_the_site_will_be_makes_the_pictures_addresses_whole(
    demo_built, tmp_path, monkeypatch
):
    monkeypatch.setenv("SITE_ADDRESS", "https://example.org/league/")
    make_site(demo_built.published, tmp_path / "site")
    assert told(tmp_path / "site", "2121.html")["og:image"] == (
        "https://example.org/league/og/2121.png"
    )


def test_the_page_for_dead_links_leads_on_from_any_address(demo_built, tmp_path, monkeypatch):
    monkeypatch.setenv("SITE_ADDRESS", "https://example.org/league/")
    make_site(demo_built.published, tmp_path / "site")
    page = Parsed(tmp_path / "site/404.html")
    (base,) = [found["href"] for tag, found in page.elements if tag == "base"]
    assert base == "https://example.org/league/"
    links = [found["href"] for tag, found in page.elements if tag == "a"]
    assert len(links) > 5
    for link in links:
        assert (
            urljoin(base, link) == link
            or (tmp_path / "site" / link.partition("#")[0]).is_file()
        )
    assert not [link for link in links if link.startswith("#")]


def test_the_same_database_gives_the_same_site(demo_built, tmp_path):
    one, two = (make_site(demo_built.published, tmp_path / name) for name in ("one", "two"))
    assert [file.name for file in one] == [file.name for file in two]
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]


def test_no_two_winners_have_one_page_whatever_their_names_are():
    def award(user_id: str, alias: str) -> dict:
        return {"user_id": user_id, "newest_alias": alias}

    zoes = [award("a", "Zoë B."), award("b", "zoe-b"), award("c", "🏎️"), award("d", "Karl-NAB")]
    pages = winner_pages(zoes)
    assert pages["a"] == f"winner-{crc32(b'a'):08x}-zoe-b.html"
    assert pages["c"] == f"winner-{crc32(b'c'):08x}.html"
    # A name may be made like what is in another's address, and two checksums may be one.
    copied = [award("e", pages["a"].removeprefix("winner-").removesuffix(".html"))]
    assert crc32(b"plumless") == crc32(b"buckeroo")
    alike = [award("plumless", "one"), award("buckeroo", "one")]
    found = winner_pages([*zoes, *copied, *alike])
    assert len({page.lower() for page in found.values()}) == len(found) == 7


@in_a_browser
@pytest.mark.parametrize("old", ["{id}-before.html", "winner-fictional-badger.html"])
def test_an_address_of_before_leads_on(page, site, old):
    new = winner_page(site, "fictional-badger")
    old = old.format(id=new[: len("winner-01234567")])
    (site / old).write_bytes((site / "404.html").read_bytes())
    try:
        page.open((site / old).as_uri())
        page.wait_for(f"location.href.endsWith('/{new}')")
    finally:
        (site / old).unlink()


def test_a_winners_page_is_complete_without_javascript(real_site, archive):
    ((user_id,),) = archive.ask("select user_id from racers where alias = 'Karl-NAB'")
    page = winner_page(real_site, "karl-nab")
    text = "".join(Parsed(real_site / page).text)
    for (sentence,) in archive.ask(
        f"select sentence from prize_decisions where user_id = '{user_id}'"
    ):
        assert sentence in text
    assert f'href="{page}"' in (real_site / "2021.html").read_text()


@in_a_browser
def test_a_winners_page_tells_the_whole_story(page, real_site):
    page.open(f"{real_site.as_uri()}/{winner_page(real_site, 'karl-nab')}")
    heading(page, "Karl-NAB")
    page.wait_for("!!document.querySelector('.strip')")
    assert page.ask("document.querySelectorAll('details.year').length") > 1


@in_a_browser
def test_copy_link_copies_a_sentence_and_the_address(page, base):
    page.open(f"{base}/2121.html#evo-1-2")
    page.wait_for("!!document.querySelector('#evo-1-2 .copy')")
    page.ask("""
        window.copied = "";
        Object.defineProperty(navigator, "clipboard", {value: {
            writeText: async (text) => { window.copied = text; }}})
    """)
    page.ask("document.querySelector('#evo-1-2 .copy').click()")
    copied = page.wait_for("window.copied")
    name = page.ask("document.querySelector('#evo-1-2 bdi').textContent")
    assert copied.startswith(f"{name}, March 2121: won a car")
    assert copied.endswith("/2121.html#evo-1-2")


def linked_data(page: Path) -> dict:
    (text,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', page.read_text("utf-8")
    )
    return json.loads(text)


def test_a_site_that_knows_its_address_tells_search_engines(database, tmp_path, monkeypatch):
    address = "https://example.org/league"
    monkeypatch.setenv("SITE_ADDRESS", address)
    nasty = "</script><script>alert(2)</script>"
    renamed = changed(database, tmp_path / "db", ("update podiums set alias = ?", [nasty]))
    make_site(renamed, tmp_path / "site")
    pages = {page.name: page for page in html_pages(tmp_path / "site")}
    mapped = {
        found.text for found in ElementTree.parse(tmp_path / "site/sitemap.xml").iter(LOC)
    }
    assert mapped == {
        f"{address}/" if name == "index.html" else f"{address}/{name}"
        for name in pages
        if name != "404.html"
    }
    for name, page in pages.items():
        canonical = [
            found["href"]
            for tag, found in Parsed(page).elements
            if tag == "link" and found["rel"] == "canonical"
        ]
        assert len(canonical) == (name != "404.html")
        assert set(canonical) <= mapped
    data = linked_data(pages["download.html"])
    assert data["@type"] == "Dataset" and len(data["description"]) > 50
    # Whatever is in a name, it stays in the data of its race.
    races = [linked_data(page) for name, page in pages.items() if name.startswith("race-")]
    assert {race["@type"] for race in races} == {"SportsEvent"}
    named = {one["name"] for race in races for one in race["competitor"]}
    assert named == {nasty}


def test_a_site_without_an_address_claims_none(site):
    assert not (site / "sitemap.xml").exists()
    for page in html_pages(site):
        assert 'rel="canonical"' not in page.read_text("utf-8")
        assert "ld+json" not in page.read_text("utf-8")
