"""A page that is sent to somebody says by itself what it is."""

from __future__ import annotations

import struct
import zlib
from urllib.parse import urljoin

from publish.site.views.winner import winner_pages
from tests.helpers.site import Parsed, heading, in_a_browser, make_site


def told(site, page: str) -> dict[str, str]:
    """What a page says of itself for a preview of it."""
    return {
        attributes["property"]: attributes["content"]
        for tag, attributes in Parsed(site / page).elements
        if tag == "meta" and "property" in attributes
    }


def test_every_season_and_every_winner_has_a_title_a_sentence_and_a_picture(
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
    for page in [*pages, *(f"{year}.html" for year in range(2019, 2025))]:
        about = told(real_site, page)
        assert about["og:title"] and about["og:description"], page
        picture = (real_site / about["og:image"]).read_bytes()
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", picture[16:24]) == (1200, 630)
        assert len(picture) < 20_000
    karl = told(real_site, "winner-karl-nab.html")
    assert karl["og:title"].startswith("Karl-NAB: ")
    assert "Karl-NAB won" in karl["og:description"]


def test_a_picture_is_whole_and_lights_the_winners_own(real_site):
    def colours(page: str) -> set[int]:
        picture = (real_site / f"og/{page}.png").read_bytes()
        at, size = picture.index(b"IDAT"), 0
        (size,) = struct.unpack(">I", picture[at - 4 : at])
        raw = zlib.decompress(picture[at + 4 : at + 4 + size])
        assert len(raw) == 630 * 1201
        return set(raw)

    paper, pale = 0, 1
    assert colours("2021") > {paper} and pale not in colours("2021")
    assert {paper, pale} < colours("winner-karl-nab")


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


def test_two_winners_of_one_name_have_a_page_each():
    def award(user_id: str, alias: str) -> dict:
        return {"user_id": user_id, "alias": alias}

    pages = winner_pages(
        [award("a", "Zoë B."), award("b", "zoe-b"), award("c", "🏎️"), award("d", "Karl-NAB")]
    )
    assert pages["d"] == "winner-karl-nab.html"
    assert len(set(pages.values())) == 4
    assert pages["a"].startswith("winner-zoe-b-") and pages["c"].startswith("winner-racer-")


def test_a_winners_page_is_complete_without_javascript(real_site, archive):
    ((user_id,),) = archive.ask("select user_id from racers where alias = 'Karl-NAB'")
    text = "".join(Parsed(real_site / "winner-karl-nab.html").text)
    for (sentence,) in archive.ask(
        f"select sentence from prize_decisions where user_id = '{user_id}'"
    ):
        assert sentence in text
    assert 'href="winner-karl-nab.html"' in (real_site / "2021.html").read_text()


@in_a_browser
def test_a_winners_page_tells_the_whole_story(page, real_site):
    page.open(f"{real_site.as_uri()}/winner-karl-nab.html")
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
