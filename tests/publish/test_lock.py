"""One command at a time in a folder; a killed one does not keep it."""

from __future__ import annotations

import subprocess
import sys

from league.data_folder import at_work
from tests.helpers.pipeline import ROOT

HOLD = """
import sys, time
from pathlib import Path
from league.data_folder import at_work
with at_work(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(folder, seconds: float) -> subprocess.Popen:
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert held.stdout.readline() == "held\n"
    return held


def test_the_second_waits_and_says_so(tmp_path, capsys):
    held = hold(tmp_path, 1.5)
    with at_work(tmp_path):
        assert held.wait(timeout=10) == 0
    output = capsys.readouterr().err
    assert "waiting until it ends" in output
    assert f"(process {held.pid})" in output


def test_a_killed_one_leaves_nothing_locked(tmp_path, capsys):
    held = hold(tmp_path, 60)
    held.kill()
    held.wait()
    with at_work(tmp_path):
        pass
    assert not capsys.readouterr().err


def test_a_step_of_a_command_does_not_wait_for_it(tmp_path):
    with at_work(tmp_path), at_work(tmp_path):
        pass
