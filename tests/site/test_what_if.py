"""The page "What if?": what it promises to its readers."""

from __future__ import annotations

import pytest

from tests.helpers.site import heading, in_a_browser
from tests.helpers.what_if import choose, press, ready, texts
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
    changes = texts(page, "#changes li")
    assert any("loses the car of March: declined." in change for change in changes)
    assert any(change.startswith("moved up") for change in changes)
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


def test_the_page_states_its_limit_without_a_script(site):
    text = (site / "2121-what-if.html").read_text(encoding="utf-8")
    assert "We can't re-run races" in text
    assert "make what-if" in text.split("<noscript>")[1].split("</noscript>")[0]


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


# A racer who had been faster


@in_a_browser
def test_the_closest_miss_of_2021_was_sixteen_thousandths(page, real_site, archive):
    ((racer, missed_by_ms),) = archive.ask(
        "select user_id, missed_by_ms from prize_decisions where alias = 'TIF-Racing-Radiance' "
        "and season = 2021 and round_name = 'October' and prize = 'finale_place'"
    )
    page.open(f"{real_site.as_uri()}/racer.html#{racer}")
    heading(page, "TIF-Racing-Radiance")
    page.ask(
        "[...document.querySelectorAll('details.tenth')]"
        ".find((e) => e.textContent.includes('2021')).open = true"
    )
    page.wait_for("!!document.querySelector('.enough')")
    first = page.ask("document.querySelector('.enough li').textContent")
    assert first.startswith(f"{(missed_by_ms + 1) / 1000:.3f} s faster in")
    assert first.endswith("of October: place in the finale")
    # The link asks just that.
    page.open(page.ask("document.querySelector('.enough a').href"))
    page.wait_for("!!document.getElementById('what-if').dataset.shown")
    assert "TIF-Racing-Radiance" in page.ask("document.getElementById('changes').textContent")
    assert not page.ask("document.getElementById('not-run').hidden")


@in_a_browser
def test_a_moved_slider_gives_the_prizes_again_and_stays_in_the_link(page, base, demo_built):
    ready(page, base, "#faster=300,fictional-badger")
    assert texts(page, "#chosen h3") == ["Fictional Badger"]
    assert texts(page, ".slider output") == ["0.3 s"]
    assert texts(page, "#asked li") == [
        "Fictional Badger is 0.3 s faster in every race.Withdraw: "
        "Fictional Badger is 0.3 s faster in every race."
    ]
    move = (
        "(() => {{ const field = document.querySelector('.slider input'); field.value = {}; "
        "field.dispatchEvent(new Event('input')); }})()"
    )
    for tenths in (1, 2.5, 5):
        page.ask(move.format(tenths))
    assert page.ask("location.hash") == "#faster=5000,fictional-badger"
    # One step back for all of it.
    page.ask("document.getElementById('undo').click()")
    assert page.ask("location.hash") == "#faster=300,fictional-badger"
    page.ask(move.format(0))
    assert page.ask("location.hash") == ""
