"""A server that misbehaves: the right rows, or a sentence and an exit code, and soon."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from ingest import download, web
from ingest.source import CATALOGUE, final_ranking
from league import cli
from league.fictional_season import fictional_arn, invent
from tests.faults.conftest import each
from tests.faults.server import REF, Upstream, Whole
from tests.helpers.invented_archive import count_participants
from tests.helpers.pipeline import call

MARCH = final_ranking(fictional_arn("2121-1-months-race"))
HTML = (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html>\n<html>Rate limit</html>\n")
JSON = (200, {}, b'{"message": "API rate limit exceeded"}')
WAITS = {"Retry-After": "1"}


def led_to(address: str) -> Whole:
    return 302, {"Location": address}, b""


# What the server does with March, how often (0: for ever), and the exit code of the load.
FAULTS: dict[str, tuple[Whole | str, int, int]] = {
    "the connection is closed at once": ("hang up", 0, 1),
    "closed at once, then well": ("hang up", 1, 0),
    "no HTTP": ("babble", 0, 1),
    "no answer": ("silent", 0, 1),
    "a byte a second": ("drip", 0, 1),
    "a header a second": ("drip of headers", 0, 1),
    "100 Continue without an end": ("endless continue", 0, 1),
    "trailers without an end": ("endless trailer", 0, 1),
    "503 with a body of 3 GB, then well": ("endless unavailable", 1, 0),
    "503 with a body of 3 GB for ever": ("endless unavailable", 0, 1),
    "503 and no end of its length": ((503, {"Content-Length": "\xb2"}, b"x"), 0, 1),
    "cut inside, then well": ("cut", 1, 0),
    "cut inside for ever": ("cut", 0, 1),
    "longer than it says": ("longer", 0, 0),
    "slow": ("slow", 0, 0),
    "half the lines, no length": ("short without length", 0, 3),
    "half the lines, right length": ("short with its length", 0, 3),
    "half the lines once, no length": ("short without length", 1, 3),
    "gzip that was not asked for": ("packed", 0, 1),
    "a gzip that is cut": ("packed and cut", 0, 1),
    "a gzip that is cut, then well": ("packed and cut", 1, 1),
    "a gzip that is none": ("packed not at all", 0, 1),
    "a gzip of 80 MB of nothing": ("bomb", 0, 1),
    "5 GB": ("endless", 0, 1),
    "a redirect to itself": (led_to("?again"), 0, 1),
    "a redirect to another host": (led_to("http://example.org/x"), 0, 1),
    "a redirect to another port": (led_to("http://127.0.0.1:1/x"), 0, 1),
    "a redirect to an inner host": (led_to("http://169.254.169.254/latest"), 0, 1),
    "a redirect to a file": (led_to("file:///etc/passwd"), 0, 1),
    "a redirect to no address": (led_to("http://[::1"), 0, 1),
    "a redirect to nowhere": ((301, {}, b""), 0, 1),
    "304 unasked": ((304, {}, b""), 0, 1),
    "400": ((400, {}, b"no"), 0, 1),
    "403": ((403, {}, b"no"), 0, 1),
    "404 for a race that is over": ((404, {}, b"no"), 0, 3),
    "408, then well": ((408, {}, b""), 1, 0),
    "429 with seconds, then well": ((429, WAITS, b""), 1, 0),
    "429 with a date of the past, then well": (
        (429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, b""), 1, 0,
    ),
    "429 with 'soon', then well": ((429, {"Retry-After": "soon"}, b""), 1, 0),
    "429 with -5, then well": ((429, {"Retry-After": "-5"}, b""), 1, 0),
    "429 with a date that is none, then well": (
        (429, {"Retry-After": "Wed, 99 Oct 99999 07:28:00 GMT"}, b""), 1, 0,
    ),
    "429 for ever": ((429, {}, b""), 0, 1),
    "500, then well": ((500, {}, b""), 1, 0),
    "500 for ever": ((500, {}, b""), 0, 1),
    "502, then well": ((502, {}, b""), 1, 0),
    "503 for ever": ((503, {}, b""), 0, 1),
    "504 for ever": ((504, {}, b""), 0, 1),
    "HTML with 200": (HTML, 0, 3),
    "JSON with 200": (JSON, 0, 3),
    "an empty body": ((200, {}, b""), 0, 3),
    "UTF-16": ((200, {}, "Rank,Alias,UserId\n1,a,u\n".encode("utf-16")), 0, 3),
    "packed in an unknown way": ((200, {"Content-Encoding": "br"}, b"x"), 0, 1),
}  # fmt: skip
FEW = (
    "cut inside for ever", "half the lines, no length", "a byte a second", "5 GB",
    "100 Continue without an end", "503 with a body of 3 GB for ever",
)  # fmt: skip


@pytest.fixture(scope="module")
def league(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("network")
    invent(folder)
    count_participants(folder / "race-data")
    return folder


@pytest.fixture
def upstream(league):
    served = Upstream(league / "race-data")
    yield served
    served.close()


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch):
    monkeypatch.setattr(web, "BACKOFF_SECONDS", 0.01)
    monkeypatch.setattr(web, "READ_SECONDS", 2)
    monkeypatch.setattr(web, "MAX_REQUEST_SECONDS", 4)
    monkeypatch.setattr(download, "MAX_RUN_SECONDS", 8)


@pytest.fixture
def load(league, tmp_path, capsys):
    """Load from an address; the exit code, once what was promised was kept."""

    def load_from(address: str) -> int:
        given = ["--source", address, "--ref", REF, "--seeds", str(league / "seeds")]
        code = call(cli.load, *given, "--data", str(tmp_path))
        output = capsys.readouterr().err
        assert "secret" not in output
        assert not list(tmp_path.rglob("*2121-1-months-race/*.part"))
        if code:
            assert len(output.strip()) > 20
        else:
            with duckdb.connect(
                str(tmp_path / "build/league.duckdb"), read_only=True
            ) as built:
                found = built.execute(
                    "select Alias from raw.rankings where source_file = ? order by source_row",
                    [MARCH],
                ).fetchall()
            lines = (league / "race-data" / MARCH).read_text().splitlines()
            assert [alias for (alias,) in found] == [line.split(",")[1] for line in lines[1:]]
        return code

    return load_from


@pytest.mark.parametrize("fault", each(FAULTS, FEW))
def test_an_answer_that_is_wrong_is_not_loaded(fault, upstream, load):
    answer, times, code = FAULTS[fault]
    if times:
        upstream.script[MARCH] = [answer] * times
    else:
        upstream.always[MARCH] = answer
    assert load(upstream.address) == code


@pytest.mark.thorough
@pytest.mark.parametrize("between", ["", "\\@localhost", "/x@localhost", "?@localhost"])
def test_a_redirect_to_another_server_is_not_followed(upstream, league, load, between):
    other = Upstream(league / "race-data")
    host, _, path = other.address.removeprefix("http://").partition("/")
    upstream.always[MARCH] = led_to(f"http://{host}{between}/{path}/{REF}/{quote(MARCH)}")
    assert load(upstream.address) == 1
    assert not other.asked
    other.close()


@pytest.mark.thorough
def test_a_catalogue_that_changes_meanwhile_is_refused(upstream, league, load):
    """Between the question where it is and the question what is in it."""
    lines = (league / "race-data" / CATALOGUE).read_bytes().splitlines(keepends=True)
    upstream.script[CATALOGUE] = [(200, {}, b"".join(lines))]
    upstream.always[CATALOGUE] = (200, {}, b"".join(lines[:4]))
    assert load(upstream.address) == 1


@pytest.mark.thorough
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9",
        "http://no-host.invalid",
        "http://me:secret@127.0.0.1:9/a?token=secret",
    ],
)
def test_no_server_there_is_a_sentence_without_the_password(address, load):
    assert load(address) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://{host}\\@localhost:9/some/mirror",
        "http://localhost:9\\@{host}/some/mirror",
        "http://a@localhost:9@{host}/some/mirror",
        "http://loc\talhost:9/some/mirror",
        "http://{host}/some mirror",
        "http:///some/mirror",
        "http://{host}\u202e/some/mirror",
    ],
)
def test_an_address_that_may_mean_two_servers_is_refused_unasked(
    address, upstream, load, capsys
):
    host = f"127.0.0.1:{upstream.server.server_port}"
    assert load(address.format(host=host)) == 1
    assert not upstream.asked


@pytest.mark.parametrize("fault", ["endless continue", "drip of headers", "drip", "silent"])
def test_the_first_request_has_a_deadline_too(fault, upstream, load):
    upstream.always[CATALOGUE] = fault
    began = time.monotonic()
    assert load(upstream.address) == 1
    assert time.monotonic() - began < 2 * web.MAX_REQUEST_SECONDS


def test_a_server_that_asks_to_wait_for_long_is_left_at_once(
    upstream, league, tmp_path, capsys
):
    upstream.always[CATALOGUE] = (429, {"Retry-After": "1800"}, b"slow down")
    given = ["--source", upstream.address, "--ref", REF, "--seeds", str(league / "seeds")]
    assert call(cli.load, *given, "--data", str(tmp_path)) == 1
    said = capsys.readouterr().err
    assert "1,800 seconds (429 Too Many Requests). Run again after 20" in said
    assert upstream.asked == {CATALOGUE: 1}


@pytest.mark.thorough
def test_tls_with_a_server_that_has_none_is_a_sentence(upstream, load):
    assert load(upstream.address.replace("http:", "https:")) == 1


@pytest.mark.thorough
def test_a_proxy_that_is_not_there_is_a_sentence(upstream, load, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert load(upstream.address) == 1
