"""The real ingest against a real server on loopback that misbehaves."""

from __future__ import annotations

import tracemalloc
from collections import Counter

import pytest

from ingest.errors import IngestError
from ingest.source import CATALOGUE, final_ranking
from ingest.web import MAX_BYTES, MAX_WAIT_SECONDS, Session, get
from league.fictional_season import fictional_arn
from tests.faults.server import REF, Upstream

MARCH = final_ranking(fictional_arn("2121-1-months-race"))
APRIL = final_ranking(fictional_arn("2121-2-months-race"))


@pytest.fixture
def upstream(demo):
    served = Upstream(demo.data / "race-data")
    yield served
    served.close()


def ingest(demo, upstream, *more):
    return demo.ingest(upstream.address, *(more or ("--ref", REF)))


def outcomes(demo) -> dict[str, str]:
    return dict(demo.ask("select file, outcome from raw.outcomes", demo.built))


def test_a_mirror_gives_the_same_rows_as_the_folder(demo, upstream):
    done = ingest(demo, upstream)
    assert done.returncode == 0, done.stderr
    query = "select * exclude (loaded_at_utc) from raw.rankings order by all"
    over_http = demo.ask(query, demo.built)
    assert demo.ingest(demo.data / "race-data").returncode == 0
    assert demo.ask(query, demo.built) == over_http
    assert len(over_http) > 200


def test_a_missing_final_ranking_is_not_published_and_no_error(demo, upstream):
    done = ingest(demo, upstream)
    assert done.returncode == 0
    missing = [file for file, outcome in outcomes(demo).items() if outcome == "not_published"]
    assert missing == [final_ranking(fictional_arn("2121-4-finale"))]


def test_at_a_commit_nothing_is_asked_for_twice(demo, upstream):
    assert ingest(demo, upstream).returncode == 0
    first = Counter(upstream.asked)
    done = ingest(demo, upstream)
    again = upstream.asked - first
    # The base is looked up by the catalogue; a file that was missing may have come.
    assert set(again) == {CATALOGUE, final_ranking(fictional_arn("2121-4-finale"))}
    assert "8 unchanged" in done.stdout


def test_at_a_branch_only_what_changed_is_sent_again(demo, upstream):
    upstream.ref = "main"
    assert ingest(demo, upstream, "--ref", "main").returncode == 0
    changed = demo.data / "race-data" / MARCH
    changed.write_text(changed.read_text().replace("Fictional", "Renamed"))
    done = ingest(demo, upstream, "--ref", "main")
    assert done.returncode == 0
    assert "1 loaded" in done.stdout and "7 unchanged" in done.stdout
    assert demo.ask(
        "select count(*) > 0 from raw.rankings where Alias like 'Renamed%'", demo.built
    ) == [(True,)]


def test_too_many_requests_are_waited_for_as_long_as_asked(demo, upstream):
    upstream.script[MARCH] = [(429, {"Retry-After": "1"}, b"slow down")]
    assert ingest(demo, upstream).returncode == 0
    first, second = upstream.times[MARCH]
    assert 1.0 <= second - first < 5
    assert outcomes(demo)[MARCH] == "loaded"


@pytest.mark.parametrize("wait", ["1800", "Wed, 21 Oct 2115 07:28:00 GMT"])
def test_a_server_that_asks_to_wait_for_long_stops_the_run(demo, upstream, wait):
    upstream.always[MARCH] = (503, {"Retry-After": wait}, b"slow down")
    done = ingest(demo, upstream)
    assert done.returncode == 1
    assert "asks to wait" in done.stderr and "Run again after 2" in done.stderr
    assert upstream.asked[MARCH] == 1 and MAX_WAIT_SECONDS < 1800


def test_a_server_error_that_stays_stops_the_run_and_loads_nothing(
    demo, upstream, monkeypatch
):
    upstream.script[MARCH] = [(403, {}, b"no")] * 10
    done = ingest(demo, upstream)
    assert done.returncode == 1
    assert "403" in done.stderr and "SOURCE=" in done.stderr
    assert demo.ask("select count(*) from raw.rankings", demo.built) == [(0,)]


def test_a_body_that_stays_cut_stops_the_run_and_leaves_no_half_file(demo, upstream):
    upstream.script[MARCH] = ["cut"] * 10
    done = ingest(demo, upstream)
    assert done.returncode == 1
    assert "cut inside it" in done.stderr
    assert not list((demo.data / "download").rglob("*.part"))
    assert not [f for f in (demo.data / "download").rglob("FINAL.csv") if "2121-1-m" in str(f)]


def test_a_body_may_be_as_big_as_the_bound_and_no_byte_bigger(tmp_path, monkeypatch):
    body = bytes(1000)
    served = Upstream(tmp_path, ref=None)
    served.always["a"] = (200, {}, body)
    try:
        monkeypatch.setattr("ingest.web.MAX_BYTES", 1000)
        get(Session(), f"{served.address}/a", tmp_path / "got")
        assert (tmp_path / "got").read_bytes() == body
        monkeypatch.setattr("ingest.web.MAX_BYTES", 999)
        with pytest.raises(IngestError, match="Expected at most 999 bytes"):
            get(Session(), f"{served.address}/a", tmp_path / "got")
    finally:
        served.close()


def test_a_body_goes_to_the_disk_and_not_through_the_memory(tmp_path):
    served = Upstream(tmp_path, ref=None)
    served.always["a"] = (200, {}, bytes(MAX_BYTES))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        with Session() as web:
            get(web, f"{served.address}/a", tmp_path / "got")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        served.close()
    assert (tmp_path / "got").stat().st_size == MAX_BYTES
    assert peak - before < 5_000_000


def test_a_password_is_taken_from_the_address_and_not_from_the_home(tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setattr("ingest.web.MAX_ATTEMPTS", 1)
    monkeypatch.setattr("ingest.web.READ_SECONDS", 1)
    sent = []
    served = Upstream(tmp_path, ref=None)
    served.always["a"] = lambda handler, _: sent.append(handler.headers["Authorization"])
    (tmp_path / "a").write_text("x")
    try:
        for address in (served.address, served.address.replace("://", "://a:b@")):
            with pytest.raises(IngestError):
                get(Session(), f"{address}/a")
    finally:
        served.close()
    assert set(sent) == {None, "Basic YTpi"}


def test_html_with_status_200_is_quarantined_and_the_run_goes_on(demo, upstream):
    page = b"<!DOCTYPE html>\n<html><body>Rate limit</body></html>\n"
    upstream.script[APRIL] = [(200, {}, page)]
    done = ingest(demo, upstream)
    assert done.returncode == 3
    assert APRIL in done.stderr and "DOCTYPE" in done.stderr
    assert Counter(outcomes(demo).values())["loaded"] == 8  # 7 rankings and the catalogue
    assert demo.ask(
        "select expected like '%Rank%', found like '%DOCTYPE%', place from raw.outcomes "
        "where outcome = 'quarantined'",
        demo.built,
    ) == [(True, True, "line 1")]
    assert demo.ask(
        f"select count(*) from raw.rankings where source_file = '{APRIL}'", demo.built
    ) == [(0,)]


def test_a_quarantined_download_is_fetched_anew_the_next_time(demo, upstream):
    upstream.script[APRIL] = [(200, {}, b"<html></html>\n")]
    assert ingest(demo, upstream).returncode == 3
    done = ingest(demo, upstream)
    assert done.returncode == 0, done.stderr
    assert outcomes(demo)[APRIL] == "loaded"


def test_a_mirror_of_one_copy_needs_no_ref_in_its_address(demo, upstream):
    upstream.ref = None
    done = demo.ingest(upstream.address)
    assert done.returncode == 0, done.stderr
    assert demo.ask("select ref from raw.source", demo.built) == [(None,)]


def test_an_asked_ref_that_the_mirror_does_not_have_is_an_error(demo, upstream):
    upstream.ref = None
    done = ingest(demo, upstream)
    assert done.returncode == 1
    assert REF in done.stderr and "404" in done.stderr


def test_no_network_names_the_ways_out(demo):
    done = demo.ingest("http://127.0.0.1:9")
    assert done.returncode == 1
    assert "make demo" in done.stderr and "SOURCE=" in done.stderr
    assert "Traceback" not in done.stderr
    assert not demo.built.exists()


def test_a_catalogue_that_is_an_error_page_is_fetched_anew_the_next_time(demo, upstream):
    # The first answer tells where the base is, the second is the one that is read.
    upstream.script[CATALOGUE] = [(200, {}, b"<html></html>\n")] * 2
    done = ingest(demo, upstream)
    assert done.returncode == 1
    assert "without the catalogue" in done.stderr.lower()
    assert ingest(demo, upstream).returncode == 0
