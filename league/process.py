"""How a program that this one has started is ended."""

from __future__ import annotations

import subprocess

PATIENCE_S = 10


def end(running: subprocess.Popen) -> None:
    """End it in the middle of whatever it does, by force where asking does not help."""
    running.terminate()
    try:
        running.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
