"""Every racer is found."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

from publish.site.text import folded, printable
from tests.helpers.site import (
    changed,
    heading,
    in_a_browser,
    make_site,
    names_of_found,
    racers_of,
    read_data,
    search,
)


def unpacked(text: str) -> str:
    return zlib.decompress(base64.b64decode(text), -zlib.MAX_WBITS).decode()


def names_in(search_folder: Path) -> list[str]:
    """The names of names.js, a row each, as search.js reads them."""
    words, numbers = map(unpacked, read_data(search_folder / "names.js"))
    names, before, at = [], "", 0
    for line in words.split("\n"):
        rest, _, several = line[1:].partition("\t")
        before = before[: ord(line[0]) - ord("a")] + rest
        for _ in range(int(several or 1)):
            names.append(before + (numbers[at : at + 4] if several else ""))
            at += 4 if several else 0
    return names


def rows_of(search_folder: Path) -> list[list]:
    files = sorted((search_folder / "rows").iterdir(), key=lambda file: int(file.stem))
    return [row for file in files for row in read_data(file)[1]]


def test_everybody_who_raced_is_in_the_search_and_has_a_story(real_site, archive):
    everybody = {row[0] for row in archive.ask("select user_id from racers")}
    rows = rows_of(real_site / "data/search")
    assert len(rows) == len(everybody)
    assert {row[1] for row in rows} == everybody == set(racers_of(real_site))
    assert names_in(real_site / "data/search") == [folded(row[0]) for row in rows]


def test_the_first_key_loads_less_than_500_kb(real_site):
    first = [real_site / f"data/search/{name}.js" for name in ("names", "winners")]
    first += [real_site / f"{name}.js" for name in ("elements", "search", "finder")]
    assert sum(file.stat().st_size for file in first) < 500_000
    rows = [file.stat().st_size for file in (real_site / "data/search/rows").iterdir()]
    assert max(rows) < 25_000


def test_a_name_is_searched_without_case_accents_and_punctuation():
    assert folded("Ærø-Zoë  X!") == "ærøzoex"
    assert folded("Karl-NAB") == "karlnab"
    assert folded("Quick#5422") == "quick5422"
    assert folded("!!!") == "!!!"
    assert folded("12345") == "12345"


def test_earlier_names_are_found_where_the_history_is_loaded(demo_built, tmp_path):
    database = changed(
        demo_built.published,
        tmp_path / "db",
        "insert into alias_history (user_id, alias) values ('fictional-otter', 'Lutra<lutra>')",
    )
    make_site(database, tmp_path / "site")
    names, steps = map(unpacked, read_data(tmp_path / "site/data/search/former.js"))
    assert names == "lutralutra"
    (row,) = [
        number
        for number, row in enumerate(rows_of(tmp_path / "site/data/search"))
        if row[1] == "fictional-otter"
    ]
    assert int(steps) == row
    assert racers_of(tmp_path / "site")["fictional-otter"][5] == ["Lutra<lutra>"]


@in_a_browser
def test_enter_takes_the_first_found_and_escape_starts_anew(page, base):
    page.open(f"{base}/racer.html")
    search(page, "fictional quai")
    page.wait_for("!!document.querySelector('#found li')")
    first = names_of_found(page)[0]
    page.press("Enter")
    heading(page, first)
    search(page, "nobody of that name")
    page.wait_for(
        "document.getElementById('how-many').textContent"
        ".startsWith('No racer’s name contains “nobody of that name”.')"
    )
    page.press("Escape")
    assert page.ask("document.getElementById('who').value") == ""


@in_a_browser
def test_two_of_one_name_are_told_apart_by_their_identifier(page, base, nasty):
    page.open(f"{base}/racer.html")
    search(page, "fictional otter")
    found = page.ask("[...document.querySelectorAll('#found code')].map(e => e.textContent)")
    same_but_for_case = next(u for u, alias in nasty.items() if alias == "fictional otter")
    assert {"fictional-otter", same_but_for_case} <= set(found)


@in_a_browser
def test_any_part_of_a_name_finds_it_whatever_its_case_and_punctuation(page, real_site):
    page.open(f"{real_site.as_uri()}/index.html")
    for typed, expected in (
        ("eepsleep", "DeepSleeper-DevelopersIO"),
        ("karlnab", "Karl-NAB"),
        ("KARL nab", "Karl-NAB"),
        ("arl-N", "Karl-NAB"),
    ):
        search(page, typed)
        page.wait_for(
            "[...document.querySelectorAll('#found .name bdi')]"
            f".some(e => e.textContent === {json.dumps(expected)})"
        )


@in_a_browser
def test_as_many_are_found_as_have_it_in_a_name(page, real_site, archive):
    names = [folded(printable(name)) for (name,) in archive.ask("select alias from racers")]
    page.open(f"{real_site.as_uri()}/index.html")
    for typed in ("ightning", "5334", "zq", "a", "gamma"):
        found = page.ask(
            f"league.search({json.dumps(typed)}, league.NONE).then(({{count}}) => count)"
        )
        assert found == sum(typed in name for name in names)


@in_a_browser
def test_winners_are_found_first(page, real_site):
    page.open(f"{real_site.as_uri()}/index.html")
    search(page, "karl")
    assert page.ask("document.querySelector('#found li').textContent").startswith("Karl-NAB")


@in_a_browser
def test_a_browser_that_cannot_unpack_the_names_says_so(page, base):
    page.open(f"{base}/racer.html")
    page.ask("delete globalThis.DecompressionStream")
    page.ask("document.querySelector('[data-search] input').focus()")
    page.type("otter")
    output = "document.querySelector('[data-search] [role=status]').textContent"
    page.wait_for(f"{output}.includes('does not know DecompressionStream')")


@in_a_browser
def test_a_name_with_a_letter_wrong_is_suggested(page, real_site):
    page.open(f"{real_site.as_uri()}/index.html")
    for typed, meant in (("jochm", "Jochem"), ("Carva1", "Carvai"), ("jcohem", "Jochem")):
        search(page, typed)
        page.wait_for("document.getElementById('how-many').textContent.includes('mean')")
        assert page.ask("document.querySelector('#found .name bdi').textContent") == meant


@in_a_browser
def test_a_name_in_other_letters_than_the_archive_has_is_told_so(page, real_site):
    page.open(f"{real_site.as_uri()}/index.html")
    search(page, "レーサー")
    page.wait_for("document.getElementById('how-many').textContent.includes('Latin letters')")


@in_a_browser
def test_of_names_that_match_alike_the_one_with_more_races_comes_first(page, real_site):
    page.open(f"{real_site.as_uri()}/index.html")
    search(page, "sola")
    page.wait_for("!!document.querySelector('#found li')")
    names = page.ask(
        "[...document.querySelectorAll('#found .name bdi')].map((e) => e.textContent)"
    )
    assert names.index("Sola-DNPds") < names.index("sola-burner")
