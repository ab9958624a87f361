"""Whoever raced is found."""

from __future__ import annotations

from publish.site.text import folded, search_keys
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


def test_everybody_who_raced_is_in_the_search_and_has_a_story(real_site, archive):
    everybody = {row[0] for row in archive.ask("select user_id from racers")}
    begins, _ = read_data(real_site / "data/names.js")
    found: set[str] = set()
    for number, begin in enumerate(begins):
        _, entries = read_data(real_site / f"data/names/{number}.js")
        found |= {entry[1] for entry in entries}
    assert found == everybody == set(racers_of(real_site))
    # The browser bisects them by UTF-16 units.
    assert begins == sorted(begins, key=lambda begin: begin.encode("utf-16-be"))


def test_a_name_is_found_by_each_of_its_words_in_any_case():
    assert folded("Ærø-Zoë  X!") == "ærø zoe x"
    assert folded("!!!") == "!!!"
    assert search_keys("CGS-Huge-Hadr0n") == {"cgs huge hadr0n", "huge hadr0n", "hadr0n"}
    assert search_keys("RogerRabbit") == {"rogerrabbit", "rabbit"}
    assert search_keys("Quick#5422") == {"quick 5422"}
    assert search_keys("12345") == {"12345"}


def test_earlier_names_are_found_where_the_history_is_loaded(demo_built, tmp_path):
    database = changed(
        demo_built.published,
        tmp_path / "db",
        "insert into alias_history (user_id, alias) values ('fictional-otter', 'Lutra<lutra>')",
    )
    make_site(database, tmp_path / "site")
    entries = [
        entry
        for file in (tmp_path / "site/data/names").iterdir()
        for entry in read_data(file)[1]
    ]
    assert ["Lutra<lutra>"] in [
        entry[6:] for entry in entries if entry[1] == "fictional-otter"
    ]
    assert racers_of(tmp_path / "site")["fictional-otter"][5] == ["Lutra<lutra>"]


@in_a_browser
def test_a_racer_is_found_with_the_keyboard_alone(page, base):
    page.open(f"{base}/index.html")
    page.ask("document.getElementById('who').focus()")
    search(page, "fictional bad")
    assert names_of_found(page) == ["Fictional Badger", "Fictional Badger II"]
    assert page.ask("document.getElementById('how-many').textContent") == "2 racers"
    page.press("ArrowDown")
    page.press("ArrowDown")
    page.press("ArrowUp")
    assert (
        page.ask("document.activeElement.querySelector('bdi').textContent")
        == "Fictional Badger"
    )
    page.press("Enter")
    heading(page, "Fictional Badger")
    assert page.ask("location.href").endswith("/racer.html#fictional-badger")


@in_a_browser
def test_enter_takes_the_first_found_and_escape_starts_anew(page, base):
    page.open(f"{base}/racer.html")
    search(page, "fictional quai")
    page.press("Enter")
    heading(page, "Fictional Quail")
    search(page, "nobody of that name")
    assert "Nobody" in page.ask("document.getElementById('how-many').textContent")
    page.press("Escape")
    assert page.ask("document.getElementById('who').value") == ""


@in_a_browser
def test_two_of_one_name_are_told_apart_by_their_identifier(page, base, nasty):
    page.open(f"{base}/racer.html")
    search(page, "fictional otter")
    found = page.ask("[...document.querySelectorAll('#found code')].map(e => e.textContent)")
    same_but_for_case = next(u for u, alias in nasty.items() if alias == "fictional otter")
    assert {"fictional-otter", same_but_for_case} <= set(found)
