"""`make audit` never says that all is well where nobody looked."""

from __future__ import annotations

from league.audit import judge

KNOWN = {
    "name": "a",
    "version": "1",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"], "aliases": []}],
}
FINE = {"name": "b", "version": "1", "vulns": []}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


def test_what_was_not_looked_up_is_not_called_safe():
    code, said = judge({"dependencies": [FINE, SKIPPED]})
    assert code == 2
    assert "none for 1: c" in said


def test_an_empty_report_is_no_answer():
    assert judge({"dependencies": []})[0] == 2


def test_a_known_vulnerability_is_named_with_the_way_out():
    code, said = judge({"dependencies": [FINE, KNOWN]})
    assert code == 1
    assert "a 1: PYSEC-1, mended in 2." in said


def test_what_was_looked_up_and_is_fine_is_counted():
    assert judge({"dependencies": [FINE]}) == (0, "1 locked packages, no known vulnerability.")
