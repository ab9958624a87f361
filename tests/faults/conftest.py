"""Things break on purpose: `python -m pytest tests/faults`, and with THOROUGH=1 all of them.

In the ordinary run there are a few of each class. SEED=7 damages otherwise, and the same seed
damages the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.helpers.thorough import THOROUGH


def pytest_configure(config) -> None:
    config.addinivalue_line("markers", "thorough: run with THOROUGH=1 only")


def pytest_collection_modifyitems(config, items) -> None:
    here = Path(__file__).parent
    left_out = [
        item
        for item in items
        if not THOROUGH and here in item.path.parents and item.get_closest_marker("thorough")
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def each(cases: Iterable[str], few: Iterable[str] = ()) -> list:
    """All cases as parameters; in the ordinary run only a few of them."""
    return [
        pytest.param(case, marks=[] if case in few else [pytest.mark.thorough])
        for case in cases
    ]
