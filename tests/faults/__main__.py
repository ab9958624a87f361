"""The faults, tried on a copy of the project: `python -m tests.faults --help`.

So nothing that is edited beside a run of an hour is a fault that it finds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from league.errors import ended
from league.stop import end
from tests.mutants.project import copy_project

HARNESS = ("-m", "tests.faults.classes")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        # Some of them are tried as somebody else.
        Path(folder).chmod(0o755)
        # There, whatever is left lying is gone in the end.
        environment = os.environ | {"TMPDIR": folder}
        if "RESULTS" in environment:
            environment["RESULTS"] = str(Path(environment["RESULTS"]).resolve())
        running = subprocess.Popen(
            [sys.executable, *HARNESS, *sys.argv[1:]],
            cwd=copy_project(Path(folder) / "project"),
            env=environment,
        )
        try:
            return running.wait()
        except BaseException:
            end(running)
            raise


if __name__ == "__main__":
    sys.exit(ended("faults", main))
