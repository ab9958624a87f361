"""What is installed by make and run by GitHub is what was looked at, and no other."""

from __future__ import annotations

import json
import re

from tests.helpers.pipeline import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_actions_are_pinned_by_commit():
    used = [
        action
        for file in WORKFLOWS
        for action in re.findall(r"uses: (.*)", file.read_text(encoding="utf-8"))
    ]
    assert used
    for action in used:
        assert re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9.]+", action), action


def test_only_the_job_that_deploys_can_speak_for_the_project():
    for file in WORKFLOWS:
        before, *jobs = re.split(r"\n  (?=[a-z]+:\n    )", file.read_text(encoding="utf-8"))
        assert "id-token" not in before
        for job in jobs:
            if "id-token" in job:
                assert "run:" not in job and job.startswith("deploy:"), file


def test_every_package_is_installed_by_its_hash():
    assert "--require-hashes" in MAKEFILE
    assert not re.search(r"npm (install|i) |npx |pip install (?!--quiet)", MAKEFILE)
    lock = json.loads((ROOT / "tests/axe/package-lock.json").read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        assert not name or package["integrity"].startswith("sha512-"), name
