"""The download page: the files are there, and are what the page says."""

from __future__ import annotations

import hashlib
import re

from publish.site.files import give_away
from tests.helpers.site import Parsed


def test_every_file_is_offered_with_its_size_and_checksum(everything):
    site = everything.data / "site"
    files = {file.name: file for file in (site / "download").iterdir()}
    made = [*(everything.data / "parquet").iterdir(), *(everything.data / "csv").iterdir()]
    assert set(files) == {"league.duckdb", *(file.name for file in made)}
    rows = re.findall(
        r'href="download/([^"]+)" download>.*?<code>([0-9a-f]{64})</code>',
        (site / "download.html").read_text(),
    )
    assert {name for name, _ in rows} == set(files)
    for name, sha256 in rows:
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == sha256
    assert "prize_decisions.csv" in files


def test_a_season_leads_to_what_can_be_taken_away(site):
    links = [a.get("href") for tag, a in Parsed(site / "2121.html").elements if tag == "a"]
    assert "download.html" in links


def test_a_file_given_away_is_a_copy(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("a")
    (given,) = give_away([file], tmp_path / "one")
    file.write_text("other")
    assert (tmp_path / "one/table.csv").read_text() == "a"
    assert (given.size, given.format) == (1, "CSV")
