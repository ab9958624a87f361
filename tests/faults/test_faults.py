"""The short form of `python -m tests.faults`: a few of each class, and that a broken promise is seen."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.faults import __main__ as harness
from tests.faults import finals, history_stops, kills, network, snapshots
from tests.faults.content import difference, of_data
from tests.faults.report import Tally
from tests.mutants.project import ROOT


@pytest.mark.parametrize(
    "attempt",
    [
        finals.try_rankings,
        finals.try_catalogues,
        network.try_network,
        snapshots.try_snapshots,
        history_stops.try_history_stops,
    ],
    ids=lambda attempt: attempt.__name__,
)
def test_a_few_faults_of_a_class_are_survived(attempt, tmp_path):
    tally = attempt(tmp_path, seed=1, short=True)
    assert tally.tried
    assert not tally.failures


def test_what_was_killed_is_whole_and_the_next_run_needs_no_hand(tmp_path):
    tally = kills.try_kills(tmp_path, seed=1, short=True)
    assert tally.tried == 3
    assert not tally.failures


def test_a_load_that_loses_a_row_is_found(tmp_path, monkeypatch):
    real = finals.load

    def forgetful(database, *rest):
        loaded = real(database, *rest)
        database.execute("delete from raw.rankings where source_row = 2")
        return loaded

    monkeypatch.setattr(finals, "load", forgetful)
    assert finals.try_rankings(tmp_path, seed=1, short=True).failures


def test_a_snapshot_that_is_stored_otherwise_is_found(tmp_path, monkeypatch):
    real = snapshots.load

    def careless(database, *rest, **more):
        real(database, *rest, **more)
        with duckdb.connect(str(database)) as opened:
            opened.execute("update history.row_version set user_id = 'x' where position = 2")

    monkeypatch.setattr(snapshots, "load", careless)
    monkeypatch.setattr(snapshots, "FEW", 20)
    assert snapshots.try_snapshots(tmp_path, seed=1, short=True).failures


def test_a_run_that_ends_in_other_content_is_found(tmp_path):
    with duckdb.connect(str(tmp_path / "league.duckdb")) as published:
        published.execute(
            "create table winners as select 'JJ' as alias, now() as checked_at_utc"
        )
    before = of_data(tmp_path)
    with duckdb.connect(str(tmp_path / "league.duckdb")) as published:
        published.execute("update winners set checked_at_utc = 'epoch'")
    assert difference(before, of_data(tmp_path)) is None
    with duckdb.connect(str(tmp_path / "league.duckdb")) as published:
        published.execute("update winners set alias = 'ADA'")
    (tmp_path / "csv.part").touch()
    told = difference(before, of_data(tmp_path))
    assert "2 differ: published main.winners" in told
    assert "csv.part" in told


def test_a_tally_counts_what_was_broken():
    tally = Tally("class")
    tally.add("fault", "seen")
    tally.add("fault", "seen", "broken")
    assert (tally.tried, len(tally.failures)) == (2, 1)


# Where the harness is, and whether somebody else could read it.
WRITE = """
import sys
from pathlib import Path
from tests.faults import classes
folder = Path(classes.__file__).parents[3]
Path(sys.argv[1]).write_text(f"{classes.__file__} {folder.stat().st_mode & 0o5:o}")
"""


def test_faults_are_tried_on_a_copy_that_nobody_edits_and_anybody_reads(tmp_path, monkeypatch):
    where = tmp_path / "where"
    monkeypatch.setattr(harness, "HARNESS", ("-c", WRITE))
    monkeypatch.setattr("sys.argv", ["faults", str(where)])
    assert harness.main() == 0
    file, others = where.read_text().split()
    ran = Path(file)
    assert others == "5"
    assert not ran.is_relative_to(ROOT)
    assert ran.parts[-2:] == ("faults", "classes.py")
    assert not ran.exists()
