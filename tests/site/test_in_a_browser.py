"""What every page promises once a browser has it, from a folder and from a web host."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests.helpers.pipeline import ROOT
from tests.helpers.site import (
    heading,
    in_a_browser,
    in_both_browsers,
    names_of_found,
    one_of_each_kind,
    search,
    winner_page,
)
from tests.helpers.web import serving
from tests.helpers.what_if import choose, ready, texts

# What Chromium and Firefox do alike: load, keys, going back.


@in_both_browsers
def test_every_kind_of_page_opens_without_an_error(page, base, site):
    for file in one_of_each_kind(site):
        page.open(f"{base}/{file.name}")
        assert page.ask("document.querySelector('h1').textContent")
        assert page.ask("getComputedStyle(document.body).marginTop") == "0px", "no style sheet"


@in_both_browsers
def test_a_racer_is_found_with_the_keyboard_alone(page, site):
    page.open(f"{site.as_uri()}/index.html")
    page.ask("document.getElementById('who').focus()")
    search(page, "fictional bad")
    assert names_of_found(page) == ["Fictional Badger", "Fictional Badger II"]
    assert page.ask("document.getElementById('how-many').textContent") == "2 racers"
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.press(key)
    focused = page.ask("document.activeElement.querySelector('bdi').textContent")
    assert focused == "Fictional Badger"
    page.press("Enter")
    heading(page, "Fictional Badger")
    assert page.ask("location.href").endswith("-fictional-badger.html")


@in_both_browsers
def test_what_was_typed_survives_going_back(page, base):
    for name, then in (("index", "ADGER"), ("racer", "")):
        page.open(f"{base}/{name}.html")
        search(page, "ADGER")
        page.leave_by("document.querySelector('#found a').click()")
        heading(page, "Fictional Badger")
        if not then:
            assert page.ask("document.getElementById('who').value") == ""
        page.leave_by("history.back()")
        page.wait_for("document.querySelectorAll('#found a').length === 2")
        assert page.ask("document.getElementById('who').value") == "ADGER"


@in_both_browsers
def test_a_racer_is_taken_out_and_taken_back_with_the_keyboard_alone(page, site):
    ready(page, site.as_uri())
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
def test_a_link_holds_the_question_and_back_undoes_it(page, host):
    ready(page, host, "#quota=evo,11&out=2,fictional-badger")
    assert len(texts(page, "#asked li")) == 2
    assert page.ask("document.querySelector('[name=quota-evo]').value") == "11"
    asked = texts(page, "#changes li")
    page.ask("document.getElementById('reset').click()")
    assert texts(page, "#asked li") == texts(page, "#changes li") == []
    page.leave_by("history.back()")
    page.wait_for("document.querySelectorAll('#asked li').length === 2")
    assert texts(page, "#changes li") == asked


# No page keeps people out, as far as axe-core knows (https://github.com/dequelabs/axe-core), which
# `make test` installs where there is npm.

AXE = Path(os.environ.get("AXE", ROOT / ".venv/node/node_modules/axe-core/axe.min.js"))
# What an element looks like, and not what it says or is.
LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")
# More than the laws ask for: what axe calls best practices as well.
RUN = """
axe.run({{...{rules}, resultTypes: ["violations"], preload: false}}).then(({{violations}}) => violations.map(
  ({{id, nodes}}) => `${{id}}: ${{nodes.slice(0, 3).map((node) => node.html.slice(0, 150)).join(" | ")}}`))
"""

# Pages of a script's making, and what is there when it is done.
SCRIPTED = {
    "racer.html#fictional-badger": "#story h1",
    "versus.html#fictional-badger,fictional-adder": "#story tbody",
    "2121-what-if.html#quota=spaceship,12": "#asked li",
}
# Those that no fictional season has. They look as the others do, at ten times the size.
OF_THE_REAL_LEAGUE = ("index.html", "2019.html", "2023.html", "404.html")


@in_a_browser
@pytest.mark.skipif(
    not AXE.is_file(), reason="axe-core is not installed: `make test` installs it, with npm"
)
def test_axe_finds_nothing_on_any_kind_of_page_light_and_dark(page, other_site, real_site):
    pages = [
        (file.as_uri(), "h1")
        for file in one_of_each_kind(other_site)
        # Its base is another address, which the policy forbids in a folder.
        if file.name != "404.html"
    ]
    pages += [(f"{other_site.as_uri()}/{name}", there) for name, there in SCRIPTED.items()]
    real = [(f"{real_site.as_uri()}/{name}", "h1") for name in OF_THE_REAL_LEAGUE]
    for address, there in pages + real:
        page.emulate()
        # Behind a # alone nothing would be loaded.
        page.open("about:blank")
        page.open(address)
        page.wait_for(f"!!document.querySelector({there!r})")
        page.ask("document.querySelectorAll('details').forEach(e => { e.open = true; })")
        page.call("Runtime.evaluate", expression=AXE.read_text(encoding="utf-8"))
        if (address, there) in real:
            rules = {"rules": {rule: {"enabled": False} for rule in LOOKS}}
            assert page.ask(RUN.format(rules=json.dumps(rules))) == [], address
            continue
        assert page.ask(RUN.format(rules="{}")) == [], address
        page.emulate(scheme="dark", width=390)
        looks = {"runOnly": LOOKS}
        assert page.ask(RUN.format(rules=json.dumps(looks))) == [], address


@in_a_browser
def test_no_page_is_wider_than_a_phone(page, site):
    for file in one_of_each_kind(site):
        page.emulate(width=320, height=800)
        hash_of_racer = "#fictional-badger" if file.name == "racer.html" else ""
        page.open(file.as_uri() + hash_of_racer)
        page.ask("document.querySelectorAll('details').forEach(e => e.open = true)")
        for width in (320, 390, 768):
            page.emulate(width=width, height=800)
            wide = page.ask("document.documentElement.scrollWidth")
            assert wide <= width, f"{file.name}, {width} pixels wide"


@in_a_browser
def test_the_first_tab_skips_to_the_content_and_focus_is_seen(page, base):
    page.open(f"{base}/racer.html#fictional-badger")
    heading(page, "Fictional Badger")
    page.press("Tab")
    assert page.ask("document.activeElement.className") == "skip"
    assert page.ask("document.activeElement.getBoundingClientRect().left") >= 0
    assert page.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.press("Enter")
    assert page.ask("document.activeElement.id") == "content"
    heading(page, "Fictional Badger")


# WCAG 2.2, 2.5.8, exempts a link within a sentence.
TOO_SMALL = """
[...document.querySelectorAll('main a, main button, main input, main summary, nav a')]
    .filter((one) => !one.matches('p *, li:not(.grid li) *, td.source *, .past, .skip, svg *'))
    .map((one) => [one.textContent, one.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 23.9 || box.height < 23.9))
    .map(([text, box]) => `${text}: ${box.width} × ${box.height}`)
"""


@in_a_browser
def test_everything_to_be_pressed_is_24_pixels_each_way(page, real_site):
    for width in (390, 1280):
        page.emulate(width=width, height=844)
        for name in ("index.html", "2021.html", "tables.html", "download.html"):
            page.open(f"{real_site.as_uri()}/{name}")
            assert page.ask(TOO_SMALL) == [], f"{name}, {width} pixels wide"


@in_a_browser
def test_a_name_stands_out_and_the_second_section_is_not_150_stops_away(page, real_site):
    page.open(f"{real_site.as_uri()}/2021.html")
    style = "getComputedStyle(document.querySelector('a.racer'))"
    assert "underline" in page.ask(f"{style}.textDecorationLine")
    stops = page.ask("""
        [...document.querySelectorAll('a, button, input, select, summary, [tabindex]')]
            .filter((one) => one.tabIndex >= 0 && one.checkVisibility()
                && one.compareDocumentPosition(document.getElementById('racers')) & 4).length
    """)
    assert 100 < stops <= 150


@in_a_browser
def test_there_is_a_way_past_a_table(page, site):
    page.open(f"{site.as_uri()}/2121.html")
    page.ask("document.querySelector('.past[href=\"#after-winners\"]').focus()")
    assert page.ask("document.activeElement.getBoundingClientRect().height") > 20
    page.press("Enter")
    page.wait_for("location.hash === '#after-winners'")
    page.press("Tab")
    assert page.ask(
        "document.activeElement.compareDocumentPosition(document.getElementById('racers')) & 2"
    ), "the next stop comes after the next heading"


@in_a_browser
def test_a_table_is_sorted_with_the_keyboard_and_shows_only_rows_with_what_is_typed(
    page, real_site
):
    page.open(f"{real_site.as_uri()}/2021.html")
    rows = "[...document.querySelectorAll('.matrix tbody tr:not([hidden]) th')]"
    names = f"{rows}.map((one) => one.textContent)"
    before = page.ask(names)
    page.ask("document.querySelector('.matrix .sort').focus()")
    page.press("Enter")
    how = "document.querySelector('.matrix thead th').getAttribute('aria-sort')"
    assert page.ask(how) == "ascending"
    ascending = page.ask(names)
    assert ascending != before and sorted(ascending) == sorted(before)
    page.press("Enter")
    assert page.ask(how) == "descending"
    assert page.ask(names) == ascending[::-1]
    page.ask("document.querySelector('#racers ~ .filter input').focus()")
    page.type("dnpds")
    matches = page.ask(names)
    assert "Penguin-DNPds" in matches and len(matches) < 10
    output = page.ask("document.querySelector('#racers ~ .filter [role=status]').textContent")
    assert output.startswith(f"{len(matches)} row")
    assert not page.ask("document.querySelector('.matrix tfoot').checkVisibility()")


# Links and paper.


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


@in_a_browser
def test_a_link_into_a_folded_part_opens_it(page, base):
    page.open(f"{base}/2121.html#finale_place-2-7")
    assert page.wait_for("document.querySelector('#lineup-finale_place-2').open")
    assert page.ask("document.querySelector(':target').getBoundingClientRect().height") > 0


@in_a_browser
def test_a_printed_season_has_who_just_missed_and_no_navigation(page, real_site):
    page.emulate(media="print", width=800)
    page.open((real_site / "2021.html").as_uri())
    page.ask("window.dispatchEvent(new Event('beforeprint'))")
    missed = page.ask(
        "[...document.querySelectorAll('.sentences li.beyond')]"
        ".filter(e => e.getBoundingClientRect().height > 0).length"
    )
    assert missed > 60
    display = "getComputedStyle(document.querySelector('.top nav')).display"
    assert page.ask(display) == "none"


# Whatever gets into a page, its policy alone keeps it from running and from calling elsewhere:
# each of these does so in the same page without the policy. {} is an address elsewhere; what
# waits to be pressed is #go.
POLICY = '<meta http-equiv="Content-Security-Policy"'
INJECTED = {
    "a script": "<script>location = '{}'</script>",
    "a handler": "<img src='no.png' onerror=\"location = '{}'\">",
    "a script from elsewhere": "<script src='{}'></script>",
    "a picture": "<img src='{}'>",
    "a style sheet": "<link rel='stylesheet' href='{}'>",
    "a frame": "<iframe src='{}'></iframe>",
    "a film": "<video src='{}' preload='auto'></video>",
    "a form": "<form action='{}'><button id='go'></button></form>",
    "another base": "<base href='{}'><a id='go' href='page.html'>",
}


@in_a_browser
@pytest.mark.parametrize("what", INJECTED)
def test_the_policy_stops_what_got_into_a_page(page, site, tmp_path, what):
    html = (site / "index.html").read_text(encoding="utf-8")
    before, policy, after = html.partition(POLICY)
    assert policy and "</body>" in after
    (tmp_path / "elsewhere").mkdir()
    with serving(tmp_path / "elsewhere") as (address, asked):

        def calls(html: str, seconds: float) -> bool:
            file = tmp_path / "page.html"
            what_got_in = INJECTED[what].format(address)
            file.write_text(html.replace("</body>", f"{what_got_in}</body>"))
            page.open(file.as_uri())
            page.leave_by("document.getElementById('go')?.click()")
            until = time.monotonic() + seconds
            while not asked and time.monotonic() < until:
                time.sleep(0.01)
            return bool(asked)

        try:
            assert not calls(html, 0.3), "in spite of the policy"
            assert calls(before + after.partition(">")[2], 20), "no danger at all"
        finally:
            page.open("about:blank")
            page.problems.clear()
