"""What every page promises once a browser has it, from a folder and from a web host."""

from __future__ import annotations

import pytest

from tests.helpers.site import heading, html_pages, in_a_browser, one_of_each_kind


@in_a_browser
def test_no_page_is_wider_than_a_phone(page, site):
    one_of_each = one_of_each_kind(site)
    for file in html_pages(site):
        page.emulate(width=320, height=800)
        hash_of_racer = "#fictional-badger" if file.name == "racer.html" else ""
        page.open(file.as_uri() + hash_of_racer)
        page.ask("document.querySelectorAll('details').forEach(e => e.open = true)")
        # A name that is too long is so on the narrowest.
        for width in (320, 390, 768) if file in one_of_each else (320,):
            page.emulate(width=width, height=800)
            wide = page.ask("document.documentElement.scrollWidth")
            assert wide <= width, f"{file.name}, {width} pixels wide"


@in_a_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_enough(page, site, scheme):
    page.emulate(scheme=scheme)
    for name in ("index.html", "2121.html", "rules.html", "racer.html#fictional-badger"):
        page.open(f"{site.as_uri()}/{name}")
        page.wait_for(
            "!document.querySelector('#story') || !!document.querySelector('#story h1')"
        )
        assert page.ask(TOO_FAINT) == [], name


# WCAG 2.2, 1.4.3: 4.5 to 1 between a text and what is behind it.
TOO_FAINT = """
(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    const under = element.previousElementSibling;
    if (element.closest("svg") && under && under.localName === "rect") {
      const fill = getComputedStyle(under).fill;
      if (fill !== "none") return numbers(fill);
    }
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || element.closest("title, noscript, .remark")) continue;
    const style = getComputedStyle(element);
    const colour = numbers(element.closest("svg") ? style.fill : style.color);
    const [light, dark] = [luminance(colour), luminance(behind(element))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${element.className} ${element.textContent}`);
  }
  return [...new Set(faint)].slice(0, 10);
})()
"""


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
