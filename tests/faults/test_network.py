"""A server that misbehaves: the right rows, or a sentence and an exit code, and soon."""

from __future__ import annotations

import re
import time
import tracemalloc
from urllib.parse import quote

import pytest

from ingest import download
from ingest.errors import WrongArgument
from ingest.source import CATALOGUE, MAX_BYTES, final_ranking
from league.fictional_season import fictional_arn
from tests.faults.conftest import each
from tests.faults.server import MISBEHAVIOURS, REF, Answer, Upstream, sent
from tests.helpers.loading import BOARD, MARCH, League

JUNE_FINALE = final_ranking(fictional_arn("2121-4-finale"))
HTML = sent(200, b"<!DOCTYPE html>\n<html>Rate limit</html>\n")


def retry_after(wait: str, status: int = 429) -> Answer:
    return sent(status, b"slow down", Retry_After=wait)


# What the server does with March, how often (0: for ever), and the exit code of the load.
FAULTS: dict[str, tuple[Answer | str, int, int]] = {
    "the connection is closed at once": ("hang up", 0, 1),
    "closed at once, then well": ("hang up", 1, 0),
    "no HTTP": ("no HTTP", 0, 1),
    "no answer": ("silent", 0, 1),
    "a byte a second": ("a byte a second", 0, 1),
    "a header a second": ("a header a second", 0, 1),
    "100 Continue without an end": ("100 Continue without an end", 0, 1),
    "a trailer without an end": ("a trailer without an end", 0, 1),
    "503 with a body of 3 GB, then well": ("503 without an end", 1, 0),
    "503 with a body of 3 GB for ever": ("503 without an end", 0, 1),
    "503 and no end of its length": (sent(503, b"x", "\xb2"), 0, 1),
    "cut inside, then well": ("cut", 1, 0),
    "cut inside for ever": ("cut", 0, 1),
    "longer than it says": ("longer", 0, 0),
    "slow": ("slow", 0, 0),
    "half the lines, no length": ("half, without a length", 0, 3),
    "half the lines, right length": ("half, with its length", 0, 3),
    "half the lines once, no length": ("half, without a length", 1, 3),
    "gzip that was not asked for": ("packed", 0, 1),
    "a gzip that is cut, then well": ("packed and cut", 1, 1),
    "a gzip that is none": ("packed not at all", 0, 1),
    "a gzip of 80 MB of nothing": ("80 MB of nothing, packed", 0, 1),
    "packed in an unknown way": (sent(200, b"x", Content_Encoding="br"), 0, 1),
    "5 GB": ("5 GB", 0, 1),
    "a redirect to itself": (sent(302, Location="?again"), 0, 1),
    "a redirect to another host": (sent(302, Location="http://example.org/x"), 0, 1),
    "a redirect to an inner host": (sent(302, Location="http://169.254.169.254/"), 0, 1),
    "a redirect to a file": (sent(302, Location="file:///etc/passwd"), 0, 1),
    "a redirect to no address": (sent(302, Location="http://[::1"), 0, 1),
    "a redirect to nowhere": (sent(301), 0, 1),
    "304 unasked": (sent(304), 0, 1),
    "403": (sent(403), 0, 1),
    "404 for a race that is over": (sent(404), 0, 3),
    "408, then well": (sent(408), 1, 0),
    "429 with a date of the past, then well": (
        retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), 1, 0,
    ),
    "429 with 'soon', then well": (retry_after("soon"), 1, 0),
    "429 with -5, then well": (retry_after("-5"), 1, 0),
    "429 with a date that is none, then well": (
        retry_after("Wed, 99 Oct 99999 07:28:00 GMT"), 1, 0,
    ),
    "429 for ever": (sent(429), 0, 1),
    "500, then well": (sent(500), 1, 0),
    "503 for ever": (sent(503), 0, 1),
    "HTML with 200": (HTML, 0, 3),
    "JSON with 200": (sent(200, b'{"message": "API rate limit exceeded"}'), 0, 3),
    "an empty body": (sent(200), 0, 3),
    "UTF-16": (sent(200, "Rank,Alias,UserId\n1,a,u\n".encode("utf-16")), 0, 3),
}  # fmt: skip
FEW = (
    "a byte a second", "a header a second", "100 Continue without an end", "5 GB",
    "a trailer without an end", "503 with a body of 3 GB for ever", "cut inside for ever",
    "cut inside, then well", "half the lines, no length", "gzip that was not asked for",
    "a redirect to an inner host", "403", "HTML with 200",
)  # fmt: skip


@pytest.fixture
def league(tmp_path) -> League:
    return League.invented(tmp_path)


@pytest.fixture
def upstream(league):
    served = Upstream(league.archive)
    yield served
    served.close()


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch):
    monkeypatch.setattr(download, "BACKOFF_SECONDS", 0.01)
    monkeypatch.setattr(download, "READ_SECONDS", 1)
    monkeypatch.setattr(download, "MAX_SECONDS_WITHOUT_A_FILE", 2)
    monkeypatch.setattr(download, "MAX_RUN_SECONDS", 4)


@pytest.fixture
def load(league, upstream, capsys):
    """Load from the server; the exit code and all that was printed, once what was promised was
    kept."""

    def load(*more: str, source: str | None = None) -> tuple[int, str]:
        code = league.load(*(more or ("--ref", REF)), source=source or upstream.address)
        printed = "".join(capsys.readouterr())
        assert "secret" not in printed
        if code:
            assert len(printed.strip()) > 20
        else:
            found = league.ask(
                "select Alias from raw.rankings where leaderboard_arn = ? order by source_row",
                BOARD,
            )
            lines = league.march.read_text().splitlines()
            assert [alias for (alias,) in found] == [line.split(",")[1] for line in lines[1:]]
        return code, printed

    return load


@pytest.mark.parametrize("fault", each(FAULTS, FEW))
def test_an_answer_that_is_wrong_is_not_loaded(fault, upstream, load):
    given, times, code = FAULTS[fault]
    answer = MISBEHAVIOURS[given] if isinstance(given, str) else given
    if times:
        upstream.script[MARCH] = [answer] * times
    else:
        upstream.always[MARCH] = answer
    assert load()[0] == code


@pytest.mark.parametrize("fault", ["100 Continue without an end", "a header a second"])
def test_the_first_request_has_a_deadline_too(fault, upstream, load):
    upstream.always[CATALOGUE] = MISBEHAVIOURS[fault]
    began = time.monotonic()
    assert load()[0] == 1
    assert time.monotonic() - began < 2 * download.MAX_RUN_SECONDS


def test_a_mirror_gives_the_same_rows_as_the_folder_and_a_commit_is_asked_once(
    league, upstream, load
):
    query = "from raw.rankings order by all"
    assert load()[0] == 0
    assert league.outcomes()[JUNE_FINALE] == "not_published"
    over_http, asked = league.ask(query), len(upstream.asked)
    assert "8 unchanged" in load()[1]
    # A file that was missing may have come.
    assert [file for file, *_ in upstream.asked[asked:]] == [JUNE_FINALE]
    assert league.load() == 0
    assert league.ask(query) == over_http


def test_at_a_branch_what_changed_is_loaded(league, load):
    served = Upstream(league.archive, "main")
    assert load("--ref", "main", source=served.address)[0] == 0
    league.march.write_text(league.march.read_text().replace("Fictional", "Renamed"))
    _, printed = load("--ref", "main", source=served.address)
    served.close()
    assert "1 loaded" in printed and "7 unchanged" in printed


def test_a_mirror_of_one_copy_needs_no_ref_in_its_address(league, load):
    served = Upstream(league.archive, ref=None)
    code, printed = load("--ref", REF, source=served.address)
    assert code == 1 and REF in printed and "404" in printed
    assert league.load(source=served.address) == 0
    served.close()
    assert league.ask("select ref from raw.source") == [(None,)]


def test_a_server_is_given_the_time_it_asks_for_or_left_at_once(upstream, load):
    upstream.script[MARCH] = [retry_after("1")]
    assert load()[0] == 0
    first, second = (moment for file, moment, _ in upstream.asked if file == MARCH)
    assert 1.0 <= second - first < 5
    for wait in ("1800", "Wed, 21 Oct 2115 07:28:00 GMT"):
        upstream.always[JUNE_FINALE] = retry_after(wait)
        asked = upstream.count(JUNE_FINALE)
        code, printed = load()
        assert code == 1
        assert "asks to wait" in printed and "Run again after that" in printed
        assert upstream.count(JUNE_FINALE) == asked + 1


def test_what_went_wrong_leaves_no_half_file_and_is_fetched_again(league, upstream, load):
    upstream.script[MARCH] = [MISBEHAVIOURS["cut"]] * download.MAX_ATTEMPTS
    code, printed = load()
    assert code == 1 and "cut inside it" in printed and "SOURCE=" in printed
    assert not list(league.folder.rglob("*.part"))
    assert not league.built.exists() or league.ask("select count(*) from raw.rankings") == [
        (0,)
    ]
    for answer in (HTML, MISBEHAVIOURS["half, without a length"]):
        upstream.script[MARCH] = [answer]
        assert load()[0] == 3
    assert load()[0] == 0
    assert league.outcomes()[MARCH] == "loaded"


def test_a_catalogue_that_is_an_error_page_is_fetched_again_the_next_time(upstream, load):
    upstream.script[CATALOGUE] = [HTML]
    code, printed = load()
    assert code == 1 and "without the catalogue" in printed.lower()
    assert load()[0] == 0


@pytest.mark.parametrize("bound", ["MAX_BYTES", "MAX_TOTAL_BYTES"])
def test_no_more_is_taken_than_the_bound(bound, league, load, monkeypatch):
    monkeypatch.setattr(download, bound, 500)
    code, printed = load()
    assert code == 1 and "Expected at most 500 bytes" in printed


def test_a_body_goes_to_the_disk_and_not_through_the_memory(upstream, tmp_path):
    upstream.always["a"] = sent(200, bytes(MAX_BYTES))
    fetched = download.Download(f"{upstream.address}/{REF}", tmp_path, False)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        fetched.fetch(["a"])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (tmp_path / "a").stat().st_size == MAX_BYTES
    assert peak - before < 5_000_000


def test_a_password_is_taken_from_the_address_and_not_from_the_home(
    upstream, tmp_path, monkeypatch
):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for address in (upstream.address, upstream.address.replace("://", "://a:b@")):
        download.Download(f"{address}/{REF}", tmp_path, False).fetch([MARCH])
    assert [authorization for *_, authorization in upstream.asked] == [None, "Basic YTpi"]


@pytest.mark.thorough
@pytest.mark.parametrize("between", ["", "\\@localhost", "/x@localhost", "?@localhost"])
def test_a_redirect_to_another_server_is_not_followed(between, league, upstream, load):
    other = Upstream(league.archive)
    where = f"http://{other.host}{between}/some/mirror/{REF}/{quote(MARCH)}"
    upstream.always[MARCH] = sent(302, Location=where)
    assert load()[0] == 1
    assert not other.asked
    other.close()


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
def test_an_address_that_may_mean_two_servers_is_refused_unasked(address, upstream, load):
    code, printed = load(source=address.format(host=upstream.host))
    assert code == 2 and "Which server it means is not clear" in printed
    assert not upstream.asked


@pytest.mark.parametrize(
    ("page", "files"),
    [
        ("me/league", "me/league, for example with REF=main."),
        ("me/league.git", "me/league, for example with REF=main."),
        ("me/a.league/tree/dev/raw_data?tab=a", "me/a.league, for example with REF=dev."),
    ],
)
def test_a_page_of_github_is_refused_with_the_address_of_its_files(page, files, tmp_path):
    said = re.escape(f"SOURCE=https://raw.githubusercontent.com/{files}")
    with pytest.raises(WrongArgument, match=said):
        download.web_source(f"https://github.com/{page}", None, tmp_path)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9",
        "http://no-host.invalid",
        "http://me:secret@127.0.0.1:9/a?token=secret",
        "https://{host}/some/mirror",
    ],
)
def test_no_server_there_is_a_sentence_with_the_ways_out_and_no_password(
    address, upstream, load
):
    code, printed = load(source=address.format(host=upstream.host))
    assert code == 1 and "make demo" in printed and "Traceback" not in printed


@pytest.mark.thorough
def test_a_proxy_that_is_not_there_is_a_sentence(load, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert load()[0] == 1
