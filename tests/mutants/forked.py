"""pytest in a fork of this process, which has imported the libraries but nothing of the project.

Importing them takes longer than most mutants live.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType

PATIENCE_S = 1800


def run_pytest(
    arguments: list[str], folder: Path, environment: dict[str, str]
) -> tuple[int, list[str]]:
    """Exit code and lines of a run in `folder`, stopped after half an hour, with nothing of it
    left running."""
    _import_libraries()
    output = folder.with_name(f"{folder.name}-said")
    child = os.fork()
    if not child:
        _be_pytest(arguments, folder, environment, output)
    code = _wait(child)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGTERM)
    return code, output.read_text(encoding="utf-8", errors="replace").strip().splitlines()


@cache
def _import_libraries() -> None:
    import duckdb  # noqa: F401
    import hypothesis.strategies  # noqa: F401
    import numpy as np  # noqa: F401
    import pytest  # noqa: F401
    import requests  # noqa: F401
    import rich.progress  # noqa: F401
    import yaml  # noqa: F401

    gc.collect()
    gc.freeze()


def _be_pytest(
    arguments: list[str], folder: Path, environment: dict[str, str], output: Path
) -> None:
    """Never returns."""
    code = 3
    try:
        import pytest

        os.setsid()
        os.chdir(folder)
        os.environ.update(environment)
        sys.path.insert(0, str(folder))
        # What is spawned by a test imports the main module first: not this one.
        sys.modules["__main__"] = ModuleType("__main__")
        written = os.open(output, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.dup2(written, 1)
        os.dup2(written, 2)
        code = int(pytest.main(["-q", "-p", "no:cacheprovider", "--tb=no", *arguments]))
        sys.stdout.flush()
    finally:
        os._exit(code)


def _wait(child: int) -> int:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.1)
    os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
