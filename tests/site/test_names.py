"""A name is untrusted text: it is shown, and it is never more than text."""

from __future__ import annotations

from jinja2 import Environment

from publish.site.pages import harmless
from publish.site.text import NO_NAME, printable, script
from publish.site.words import ticked
from tests.helpers.site import Parsed, heading, in_a_browser, search


def test_names_stay_text(site, nasty):
    page = Parsed(site / "2121.html")
    text = "".join(page.text)
    for alias in nasty.values():
        assert printable(alias) in text
    assert not {tag for tag, _ in page.elements} & {"img"}
    assert [a["src"] for tag, a in page.elements if tag == "script"] == [
        "elements.js",
        "page.js",
        "tables.js",
    ]


def test_names_that_cannot_be_seen_are_made_visible():
    assert printable(None) == printable(" \t") == NO_NAME
    assert printable("a\x00b\u202ec") == "a\ufffdb\ufffdc"
    assert printable("👩‍🚀") == "👩‍🚀"
    assert printable("nan") == "nan"


@in_a_browser
def test_a_name_that_is_markup_is_found_and_stays_text(page, base, nasty):
    page.open(f"{base}/racer.html")
    for user_id, alias in nasty.items():
        if alias is None:
            continue
        search(page, printable(alias))
        assert printable(alias) in page.wait_for(
            "[...document.querySelectorAll('#found .name bdi')].map(e => e.textContent)"
        )
        page.open(f"{base}/racer.html#{user_id}")
        heading(page, printable(alias))
    assert page.ask("document.querySelectorAll('#story img, #story script').length") == 0


def test_no_text_brings_a_control_code_to_a_page():
    template = Environment(autoescape=True, finalize=harmless).from_string(
        "{{ name }} {{ ticked(name) }}"
    )
    page = template.render(ticked=ticked, name="a\x1b]0;b\x07<\u202e")
    assert page == " ".join(["a\ufffd]0;b\ufffd&lt;\ufffd"] * 2)
    assert "u001b" not in script("league.about", [["a\x1b"], {"b": "\x1b"}])
