"""No page keeps people out: axe finds nothing, on each kind of page, light and dark."""

from __future__ import annotations

import pytest

from tests.helpers.axe import axe, violations
from tests.helpers.site import in_a_browser, winner_page

PAGES = (
    *("index.html", "2019.html", "2020.html", "2021.html", "2022.html", "rules.html"),
    *("rule-evo.html", "racer.html", "racer.html#DZAYqyd-Tp6eE15IopWCgQ"),
    *("winner-karl-nab.html", "tables.html", "table-prize_decisions.html", "download.html"),
    *("race-08433c0d-august-qualifier.html", "2023.html", "404.html"),
    *("versus.html#DZAYqyd-Tp6eE15IopWCgQ,LJzDpiNuTFeHu9dsqp1APw", "records.html"),
    *("2021-what-if.html", "2021-what-if.html#quota=evo,12"),
)


@in_a_browser
@pytest.mark.skipif(
    axe() is None, reason="axe-core is not installed: `make test` installs it, with npm"
)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page, real_site, name):
    # Behind a # alone nothing would be loaded, and axe leaves less than a page behind.
    page.open("about:blank")
    if name == "winner-karl-nab.html":
        name = winner_page(real_site, "karl-nab")
    page.open(f"{real_site.as_uri()}/{name}")
    if "racer.html#" in name:
        page.wait_for("!!document.querySelector('#story h1')")
    page.ask("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    assert violations(page) == []
