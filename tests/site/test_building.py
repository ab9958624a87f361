"""How the site is made: small, quickly, and of any league."""

from __future__ import annotations

import time

from tests.helpers.site import make_site


def test_pages_and_data_files_are_small_and_quickly_built(archive, tmp_path):
    started = time.process_time()
    files = make_site(archive.published, tmp_path / "site")
    # Processor time: the wall clock also measures whatever else the machine does.
    assert time.process_time() - started < 15
    # Whole rankings are loaded by no page, only by a click.
    weights = {file.name: file.stat().st_size for file in files if file.suffix != ".csv"}
    assert max(weight for name, weight in weights.items() if name.endswith(".html")) < 500_000
    assert max(weights.values()) < 500_000
    data = [file.stat().st_size for file in files if file.parent.name == "racers"]
    assert max(data) < 100_000
