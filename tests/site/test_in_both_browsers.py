"""What Chromium and Firefox do alike: load from a folder and from a web host, keys, going back.

All in one file, because a worker of a run starts Firefox for each file of its own: 4 s.
"""

from __future__ import annotations

from tests.helpers.site import (
    heading,
    in_both_browsers,
    names_of_found,
    one_of_each_kind,
    search,
)
from tests.helpers.what_if import choose, ready, texts


@in_both_browsers
def test_every_kind_of_page_opens_without_an_error(page, base, site):
    for file in one_of_each_kind(site):
        page.open(f"{base}/{file.name}")
        assert page.ask("document.querySelector('h1').textContent")
        assert page.ask("getComputedStyle(document.body).marginTop") == "0px", "no style sheet"


@in_both_browsers
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
    assert page.ask("location.href").endswith("-fictional-badger.html")


@in_both_browsers
def test_what_was_typed_survives_going_back(page, base):
    page.open(f"{base}/index.html")
    search(page, "ADGER")
    page.leave_by("document.querySelector('#found a').click()")
    heading(page, "Fictional Badger")
    page.leave_by("history.back()")
    page.wait_for("document.querySelectorAll('#found a').length === 2")
    assert page.ask("document.getElementById('who').value") == "ADGER"
    page.open(f"{base}/racer.html")
    search(page, "ADGER")
    page.leave_by("document.querySelector('#found a').click()")
    heading(page, "Fictional Badger")
    assert page.ask("document.getElementById('who').value") == ""
    page.leave_by("history.back()")
    page.wait_for("document.querySelectorAll('#found a').length === 2")
    assert page.ask("document.getElementById('who').value") == "ADGER"


@in_both_browsers
def test_a_racer_is_taken_out_and_taken_back_with_the_keyboard_alone(page, base):
    ready(page, base)
    choose(page, "heron i")
    assert texts(page, "#chosen h3") == ["Fictional Heron II"]
    assert page.ask("document.activeElement.id") == "chosen"
    page.press("Tab")
    page.press("Enter")
    assert texts(page, "#asked li bdi")[0] == "Fictional Heron II"
    assert page.ask("location.hash") == "#out=1,fictional-heron-ii"
    page.ask("document.getElementById('undo').focus()")
    page.press("Enter")
    assert texts(page, "#asked li") == []
    assert page.ask("document.activeElement.id") == "question", "focus is not lost"


@in_both_browsers
def test_a_link_holds_the_question_and_back_undoes_it(page, base):
    ready(page, base, "#quota=evo,11&out=2,fictional-badger")
    assert len(texts(page, "#asked li")) == 2
    assert page.ask("document.querySelector('[name=quota-evo]').value") == "11"
    asked = texts(page, "#changes li")
    page.ask("document.getElementById('reset').click()")
    assert texts(page, "#asked li") == texts(page, "#changes li") == []
    page.leave_by("history.back()")
    page.wait_for("document.querySelectorAll('#asked li').length === 2")
    assert texts(page, "#changes li") == asked
