"""What was started ends with who started it, whatever ended that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spark import kept

# Starts a child of its own, as a worker starts its executors, and writes down both.
FAMILY = 'sh -c "echo \\$\\$ >> {0}; sleep 60" & echo $$ >> {0}; wait'
KEEPER = """
import subprocess, sys, time
subprocess.Popen(
    [sys.executable, sys.argv[1], "sh", "-c", sys.argv[2]],
    stdin=subprocess.PIPE, start_new_session=True)
time.sleep(60)
"""


def is_alive(process: int) -> bool:
    """Whether it runs; one that nobody has buried yet does not."""
    try:
        os.kill(process, 0)
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:  # A system without /proc.
        return True
    except ProcessLookupError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def wait_until(what, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_whole_family_ends_with_its_keeper(tmp_path, number):
    noted = tmp_path / "processes"
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, kept.__file__, FAMILY.format(noted)]
    )
    wait_until(lambda: noted.exists() and len(noted.read_text().split()) == 2)
    family = [int(process) for process in noted.read_text().split()]
    assert all(map(is_alive, family))
    keeper.send_signal(number)
    keeper.wait()
    wait_until(lambda: not any(map(is_alive, family)))


def test_the_exit_code_is_the_commands():
    for script, code in (("exit 3", 3), ("kill -KILL $$", 137)):
        done = subprocess.Popen(
            [sys.executable, kept.__file__, "sh", "-c", script],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        assert done.wait(10) == code
        done.stdin.close()
