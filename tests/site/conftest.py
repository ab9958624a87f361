"""The sites that the tests of this folder share, each made once, and a browser for them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.helpers.browser import Page, browser
from tests.helpers.firefox import Tab, firefox_tab
from tests.helpers.site import changed, make_site

# What a name can be; each goes to a racer of the fictional season who won something.
NASTY = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    '" onmouseover="alert(3)" x="',
    "\u202egnirts desrever\u202c",
    "line\u2028separator\x07bell",
    "{{ 7 * 7 }}{% raise %}",
    "🏎️👩‍🚀 Zoë",
    "🏎️",
    "محمد",
    "__proto__",
    "NULL",
    "nan",
    "12345",
    "fictional otter",
    "-=+@cmd",
    None,
)
ALIASED = (
    "racers",
    "race_results",
    "race_outcomes",
    "podiums",
    "prize_winners",
    "prize_decisions",
    "finale_lineups",
    "finale_attendance",
    "evo_winners",
    "championship_qualifiers",
)


@pytest.fixture(scope="session")
def nasty(demo_built, tmp_path_factory) -> dict[str, str | None]:
    """UserIds of the fictional season and the nasty names they will have."""
    winners = demo_built.ask(
        "select distinct user_id from prize_winners "
        "where not regexp_matches(user_id, '(badger|otter|quail|vole|adder)') order by all"
    )
    return dict(zip((user_id for (user_id,) in winners), NASTY, strict=False))


@pytest.fixture(scope="session")
def database(demo_built, nasty, tmp_path_factory) -> Path:
    """The fictional season, its racers renamed to everything a name can be."""
    statements = [
        (f"update {table} set alias = ? where user_id = ?", [alias, user_id])
        for user_id, alias in nasty.items()
        for table in ALIASED
    ]
    # Sentences name the one who won, so what is in a name gets into other racers' sentences.
    statements += [
        (
            "update prize_decisions set sentence = replace(sentence, 'Fictional Adder', ?)",
            [NASTY[0]],
        ),
        # UserIds begin with anything that Base64 for addresses has.
        *(
            f"update {table} set user_id = '-_' || user_id where user_id = 'fictional-vole'"
            for table in ALIASED
        ),
    ]
    return changed(demo_built.published, tmp_path_factory.mktemp("nasty"), *statements)


@pytest.fixture(scope="session")
def site(database, tmp_path_factory) -> Path:
    to = tmp_path_factory.mktemp("site") / "site"
    make_site(database, to)
    return to


@pytest.fixture(scope="session")
def real_site(archive) -> Path:
    return archive.data / "site"


@pytest.fixture(scope="session")
def chromium_page(tmp_path_factory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture(scope="session")
def firefox_page(tmp_path_factory) -> Iterator[Tab]:
    with firefox_tab(tmp_path_factory.mktemp("firefox")) as opened:
        yield opened


@pytest.fixture(scope="session")
def page(request) -> Page | Tab:
    """A page of Chromium; of each browser in tests that are marked `in_both_browsers`."""
    return request.getfixturevalue(getattr(request, "param", "chromium_page"))


@pytest.fixture(scope="session")
def host(site) -> Iterator[str]:
    """The address of the site on a web host: this machine's loopback."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["folder", "host"])
def base(request, site) -> str:
    return site.as_uri() if request.param == "folder" else request.getfixturevalue("host")


@pytest.fixture(autouse=True)
def quiet_browser(request):
    """Whatever a test does in the browser: no error, no dialog, no request to elsewhere."""
    if "page" not in request.fixturenames:
        yield
        return
    opened = request.getfixturevalue("page")
    opened.emulate()
    opened.problems.clear()
    opened.requests.clear()
    yield
    # What it still has to report comes before an answer.
    opened.wait_for("true")
    own = ("file://", "http://127.0.0.1:", "about:blank", "data:")
    assert opened.problems == []
    assert [request for request in opened.requests if not request.startswith(own)] == []
