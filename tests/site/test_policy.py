"""Whatever gets into a page, its policy alone keeps it from running and from calling elsewhere.

Each of these does so in the same page without the policy.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.helpers.site import in_a_browser

POLICY = '<meta http-equiv="Content-Security-Policy"'
# What is put into the page, where {} is an address elsewhere. What waits to be pressed is #go.
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
LONG_ENOUGH_S, PATIENCE_S = 0.3, 20


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """The address of another server, and what it was asked for."""
    asked: list[str] = []

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    server.server_close()


@in_a_browser
@pytest.mark.parametrize("what", INJECTED)
def test_the_policy_stops_what_got_into_a_page(page, site, tmp_path, elsewhere, what):
    address, asked = elsewhere

    def calls(html: str, seconds: float) -> bool:
        file = tmp_path / "page.html"
        file.write_text(html.replace("</body>", f"{INJECTED[what].format(address)}</body>"))
        asked.clear()
        page.open(file.as_uri())
        page.leave_by("document.getElementById('go')?.click()")
        until = time.monotonic() + seconds
        while not asked and time.monotonic() < until:
            time.sleep(0.01)
        return bool(asked)

    html = (site / "index.html").read_text(encoding="utf-8")
    before, policy, after = html.partition(POLICY)
    assert policy and "</body>" in after
    try:
        assert not calls(html, LONG_ENOUGH_S), "in spite of the policy"
        assert calls(before + after.partition(">")[2], PATIENCE_S), "no danger at all"
    finally:
        page.open("about:blank")
        page.problems.clear()
