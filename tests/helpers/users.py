"""Run a module of the project without root's right to read and write anything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.helpers.pipeline import ROOT


def run_as_owner(*module: str) -> subprocess.CompletedProcess:
    """`python -m <module> …`, for which the rights of files count even where root runs it."""
    command = [sys.executable, "-m", *module]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root without the program setpriv may read anything")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
