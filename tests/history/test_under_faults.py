"""A few of each fault, from a fixed seed; `python -m faults` tries many."""

from __future__ import annotations

from faults.history_stops import try_history_stops
from faults.snapshots import try_snapshots


def test_damaged_snapshots_are_loaded_exactly_or_quarantined_with_a_reason(tmp_path):
    tally = try_snapshots(tmp_path, seed=1, short=True)
    assert tally.tried == 102
    assert tally.failures == []


def test_a_load_that_was_stopped_loses_nothing_and_leaves_nothing(tmp_path):
    tally = try_history_stops(tmp_path, seed=1, short=True)
    assert tally.tried == 3
    assert tally.failures == []
