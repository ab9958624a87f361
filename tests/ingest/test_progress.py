"""A bar is for a person who watches and asked for one, and for nobody else."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from ingest import progress


@pytest.fixture
def shown(request, monkeypatch) -> io.StringIO:
    """What is shown in a terminal, or goes into a pipe."""
    out = io.StringIO()
    monkeypatch.setattr(
        progress,
        "Console",
        lambda stderr: Console(file=out, force_terminal=request.param, width=100),
    )
    return out


@pytest.mark.parametrize(
    ("shown", "wanted", "is_there"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
    indirect=["shown"],
)
def test_bytes_are_shown_where_they_are_wanted_and_watched(shown, wanted, is_there):
    with progress.bytes_read("Reading", 2_000_000, wanted) as show:
        show(1_234, 1_000_000)
    assert ("1,234 files" in shown.getvalue()) == is_there
    assert ("1.0/2.0 MB" in shown.getvalue()) == is_there


@pytest.mark.parametrize(
    ("shown", "is_there"), [(True, True), (False, False)], indirect=["shown"]
)
def test_steps_are_passed_on_and_counted_where_somebody_watches(shown, is_there):
    assert list(progress.steps(iter("abc"), 3, "Fetching")) == ["a", "b", "c"]
    assert ("Fetching" in shown.getvalue()) == is_there
    assert ("100%" in shown.getvalue()) == is_there
