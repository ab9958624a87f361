"""A progress bar is for a person who watches, not for a pipe."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from ingest import progress


@pytest.fixture
def terminal(request, monkeypatch) -> io.StringIO:
    """What is shown in a terminal, or goes into a pipe."""
    out = io.StringIO()
    monkeypatch.setattr(
        progress,
        "Console",
        lambda stderr: Console(file=out, force_terminal=request.param, width=100),
    )
    return out


@pytest.mark.parametrize(
    ("terminal", "is_there"), [(True, True), (False, False)], indirect=["terminal"]
)
def test_steps_are_passed_on_and_counted_in_a_terminal(terminal, is_there):
    assert list(progress.steps(iter("abc"), 3, "Fetching")) == ["a", "b", "c"]
    assert ("Fetching" in terminal.getvalue()) == is_there
    assert ("100%" in terminal.getvalue()) == is_there
