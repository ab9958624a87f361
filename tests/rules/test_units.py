"""dbt's unit tests: each rule on a league that one can check in one's head."""

from __future__ import annotations

import json


def test_every_unit_test_ran_and_passed(demo_built):
    results = json.loads(
        (demo_built.data / "build/target/run_results.json").read_text(encoding="utf-8")
    )["results"]
    units = [r for r in results if r["unique_id"].startswith("unit_test.")]
    assert len(units) > 20
    assert {r["status"] for r in units} == {"pass"}
