"""The page "What if?": what it promises to its readers."""

from __future__ import annotations

import json

import pytest

from tests.helpers.site import in_a_browser
from tests.helpers.what_if import SHOWN, choose, press, ready, texts
from tests.site.conftest import MARKUP


@in_a_browser
def test_who_declines_goes_without_and_the_next_moves_up(page, base, demo_built):
    ((racer, alias),) = demo_built.ask(
        "select user_id, alias from evo_winners where round_number = 1 and award_number = 3"
    )
    ready(page, base)
    press(page, "#grid button", alias)
    press(page, "#chosen button", "Declines the car of March")
    assert page.ask("location.hash") == f"#declines=evo,1,{racer}"
    rows = page.ask(SHOWN)
    assert ["lost", racer, "loses the car of March: declined."] in rows
    assert sum(change == "moved up" for change, *_ in rows) >= 1
    # The seat, if there was one, is kept.
    lost = {sentence.partition(":")[0] for change, _, sentence in rows if change == "lost"}
    assert lost == {"loses the car of March"}
    assert alias in texts(page, "#grid del bdi")


@in_a_browser
def test_a_quota_and_a_blocking_prize_are_changed_in_the_form(page, base):
    ready(page, base)
    page.ask("""(() => { const field = document.querySelector("[name=quota-evo]");
        field.value = 12; field.dispatchEvent(new Event("change")); })()""")
    page.ask("""document.querySelector("[name=block-evo-evo]").click()""")
    assert page.ask("location.hash") == "#quota=evo,12&again=evo,evo"
    assert any("is not in the way" in text for text in texts(page, "#changes li"))
    page.ask("""document.querySelector("[name=block-evo-evo]").click()""")
    assert page.ask("location.hash") == "#quota=evo,12"
    assert any("12 are given, not 10." in text for text in texts(page, "#changes li"))
    # The rule's own number is no question.
    page.ask("""(() => { const field = document.querySelector("[name=quota-evo]");
        field.value = 10; field.dispatchEvent(new Event("change")); })()""")
    assert page.ask("location.hash") == ""
    assert texts(page, "#changes li") == []


@in_a_browser
@pytest.mark.parametrize(
    "part",
    ["out=1,nobody", "out=77,fictional-badger", "quota=evo,0", "quota=boat,3", "quota=evo,1e3",
     "again=evo,boat", "declines=evo,1", "constructor=1", "%=<img src=x>", "out=%E0%A4%A",
     # Faster: a time or a race that is none.
     "faster=0,fictional-badger", "faster=1e3,fictional-badger", "faster=300,nobody",
     "faster=300,fictional-badger,1,boat", "faster=300,fictional-badger,77,finale"],
)  # fmt: skip
def test_what_a_link_asks_and_nobody_knows_is_left_out_and_said(page, site, part):
    ready(page, site.as_uri(), f"#quota=evo,11&{part}")
    assert len(texts(page, "#asked li")) == 1
    assert "left out of the question" in texts(page, "#left-out")[0]
    assert page.ask("document.querySelectorAll('#left-out *').length") == 0


@in_a_browser
def test_names_that_are_markup_stay_text(page, other_site):
    ready(page, other_site.as_uri(), "#out=1,fictional-badger&quota=spaceship,12")
    choose(page, "onerror")
    assert texts(page, "#chosen h3") == [MARKUP]
    assert set(texts(page, "#grid button bdi")) == {MARKUP}
    assert page.ask("document.querySelectorAll('main img').length") == 0


@in_a_browser
def test_without_javascript_the_page_says_what_it_needs(page, site):
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open((site / "2121-what-if.html").as_uri())
        shown = page.call("DOM.getDocument", depth=-1)
        assert "needs JavaScript" in json.dumps(shown)
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


def test_the_page_states_its_limit_without_a_script(site):
    text = (site / "2121-what-if.html").read_text(encoding="utf-8")
    assert "We can't re-run races" in text
    assert "make what-if" in text.split("<noscript>")[1].split("</noscript>")[0]


@in_a_browser
def test_rows_of_the_season_that_nobody_asks_about_hold(page, other_site):
    """A quota of one round, and a block that applies at once."""
    ready(page, other_site.as_uri(), "#quota=spaceship,12")
    assert texts(page, "#asked li bdi, #quotas .note") == ["March keeps 3."]
    assert "12 cars a round, not 10; March keeps 3." in texts(page, "#asked li")[0]
    label = "holders of a championship seat (of the same round, too), for a car"
    assert label in texts(page, "#blocks label")
    won = page.ask(
        "whatIf.awards(whatIf.seasons.get(2121), whatIf.published(whatIf.seasons.get(2121)))"
        ".filter(({ round }) => round === 1).map(({ prize, racer }) => [prize, racer])"
    )
    cars, seats = (
        {racer for prize, racer in won if prize == one}
        for one in ("spaceship", "championship_seat")
    )
    assert len(cars) == 3
    assert seats and not cars & seats


@in_a_browser
def test_an_answer_fits_a_phone_and_paper(page, site):
    ready(page, site.as_uri(), "#out=1,fictional-badger&quota=evo,12")
    choose(page, "otter")
    for width in (320, 390):
        page.emulate(width=width, height=800)
        assert page.ask("document.documentElement.scrollWidth") <= width
    page.ask("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate(media="print", width=800)
    display = "getComputedStyle(document.querySelector({!r})).display"
    assert page.ask(display.format(".ask")) == "none"
    assert page.ask(display.format("#asked")) != "none"
    assert page.ask("[...document.querySelectorAll('details')].every(e => e.open)")
