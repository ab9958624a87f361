"""Runs a command that ends when its keeper does, even by kill -9: `kept.py COMMAND …`.

The keeper holds the other end of standard input. When that closes, the command and all that
it started get SIGTERM, and SIGKILL if they do not end. The process group must be its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

SECONDS_TO_END = 10


def main(command: list[str]) -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    kept = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, preexec_fn=_as_if_started_by_a_person
    )
    threading.Thread(target=_end_with_keeper, daemon=True).start()
    code = kept.wait()
    # What it started (a worker its executors) may go on without it.
    os.killpg(0, signal.SIGTERM)
    return code if code >= 0 else 128 - code


def _as_if_started_by_a_person() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def _end_with_keeper() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.killpg(0, signal.SIGTERM)
    threading.Event().wait(SECONDS_TO_END)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
