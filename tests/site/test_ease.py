"""A page is easy to use: names look like links, big enough to hit, and tables can be left."""

from __future__ import annotations

from tests.helpers.site import in_a_browser

NAMES = "[...document.querySelectorAll('.matrix tbody tr:not([hidden]) th')]"
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
def test_a_name_stands_out_from_the_text_around_it(page, real_site):
    page.open(f"{real_site.as_uri()}/2021.html")
    style = "getComputedStyle(document.querySelector('a.racer'))"
    assert "underline" in page.ask(f"{style}.textDecorationLine")
    link, ink = (
        [int(part) for part in page.ask(colour).strip("rgb()").split(",")]
        for colour in (f"{style}.color", "getComputedStyle(document.body).color")
    )
    assert contrast(link, ink) >= 3


def contrast(one: list[int], other: list[int]) -> float:
    def luminance(colour: list[int]) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (part / 255 for part in colour)
        ]
        return sum(c * w for c, w in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@in_a_browser
def test_the_second_section_of_a_season_is_not_150_stops_away(page, real_site):
    page.open(f"{real_site.as_uri()}/2021.html")
    stops = page.ask("""
        [...document.querySelectorAll('a, button, input, select, summary, [tabindex]')]
            .filter((one) => one.tabIndex >= 0 && one.checkVisibility()
                && one.compareDocumentPosition(document.getElementById('racers')) & 4).length
    """)
    assert 100 < stops <= 150


@in_a_browser
def test_there_is_a_way_past_a_table(page, base):
    page.open(f"{base}/2121.html")
    page.ask("document.querySelector('.past[href=\"#after-winners\"]').focus()")
    assert page.ask("document.activeElement.getBoundingClientRect().height") > 20
    page.press("Enter")
    page.wait_for("location.hash === '#after-winners'")
    page.press("Tab")
    assert page.ask(
        "document.activeElement.compareDocumentPosition(document.getElementById('racers')) & 2"
    ), "the next stop comes after the next heading"


@in_a_browser
def test_a_table_is_sorted_with_the_keyboard_and_says_how(page, real_site):
    page.open(f"{real_site.as_uri()}/2021.html")
    names = f"{NAMES}.map((one) => one.textContent)"
    before = page.ask(names)
    page.ask("document.querySelector('.matrix .sort').focus()")
    page.press("Enter")
    heading = "document.querySelector('.matrix thead th').getAttribute('aria-sort')"
    assert page.ask(heading) == "ascending"
    ascending = page.ask(names)
    assert ascending != before and sorted(ascending) == sorted(before)
    page.press("Enter")
    assert page.ask(heading) == "descending"
    assert page.ask(names) == ascending[::-1]


@in_a_browser
def test_a_table_shows_only_the_rows_with_what_is_typed(page, real_site):
    page.open(f"{real_site.as_uri()}/2021.html")
    page.ask("document.querySelector('#racers ~ .filter input').focus()")
    page.type("dnpds")
    assert "Penguin-DNPds" in page.ask(f"{NAMES}.map((one) => one.textContent)")
    matches = page.ask(f"{NAMES}.length")
    assert 0 < matches < 10
    output = page.ask("document.querySelector('#racers ~ .filter [role=status]').textContent")
    assert output.startswith(f"{matches} row")
