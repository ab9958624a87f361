"""Commands started in a fork of a process that has imported all that they need.

Importing dbt takes longer than a small league takes from its files to its winners. What is
forked is a process of its own, with its own group, environment, folder and output, as if the
command had been typed; dbt is a process beside it, in the same group.

`python -m tests.faults.warm` is the process that forks: a line of JSON in, two numbers out, the
process and in the end its exit code.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

from league.dbt import DBT
from tests.faults.become import be, become

ROOT = Path(__file__).parents[2]
# A file in which a command notes each step it takes, and another project for dbt.
STEPS, PROJECT = "FAULTS_STEPS", "FAULTS_PROJECT"


class Warm:
    """One process that forks, for one command at a time; the output goes to `folder`."""

    def __init__(self, folder: Path, project: Path) -> None:
        self.said = folder / "said"
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.warm", str(project)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )

    def start(self, command: list[str], env: dict[str, str]) -> int:
        """Start `python -m …`, given without python, in a group of its own: its number."""
        request = {"command": ["python", "-m", *command], "cwd": str(ROOT), "env": env}
        request |= {"out": str(self.said), "err": str(self.said)}
        self.said.unlink(missing_ok=True)
        pipe = self._pipe(self._server.stdin)
        pipe.write(json.dumps(request).encode() + b"\n")
        pipe.flush()
        return int(self._pipe(self._server.stdout).readline())

    def wait(self, seconds: float) -> int | None:
        """The exit code (of a signal: its number, negative); None while it runs."""
        pipe = self._pipe(self._server.stdout)
        ready, _, _ = select.select([pipe], [], [], max(0, seconds))
        return int(pipe.readline()) if ready else None

    def close(self) -> None:
        self._pipe(self._server.stdin).close()
        self._server.wait()

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe
        return pipe


class _Forked:
    """As far as league.build needs it, subprocess.Popen where dbt is imported already."""

    def __init__(
        self, command: list[str], cwd: Path, env: dict[str, str], **_: object
    ) -> None:
        self._out, into = os.pipe()
        self.returncode: int | None = None
        self._pid = os.fork()
        if not self._pid:
            # A new program would begin with these.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            for descriptor in (1, 2):
                os.dup2(into, descriptor)
            # The static parser has threads, which no fork inherits: it would wait for them.
            be(["dbt", *command[len(DBT) :]], str(cwd), {**env, "DBT_STATIC_PARSER": "false"})
        os.close(into)

    def communicate(self) -> tuple[str, None]:
        with open(self._out, encoding="utf-8", errors="replace") as out:
            said = out.read()
        self.wait()
        return said, None

    def wait(self, _: float = 0) -> int:
        if self.returncode is None:
            status = os.waitpid(self._pid, 0)[1]
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def terminate(self) -> None:
        os.kill(self._pid, 15)

    def kill(self) -> None:
        os.kill(self._pid, 9)


def _serve() -> None:
    import dbt.adapters.duckdb  # noqa: F401

    import ingest.__main__
    import ingest.as_of
    import ingest.history.load
    import league.build
    import publish.__main__

    stand_in = SimpleNamespace(
        Popen=_Forked,
        DEVNULL=subprocess.DEVNULL,
        PIPE=subprocess.PIPE,
        STDOUT=subprocess.STDOUT,
        TimeoutExpired=subprocess.TimeoutExpired,
    )
    setattr(league.build, "subprocess", stand_in)  # noqa: B010
    steps = {
        "ingest": (ingest.__main__, "main"),
        "looking back": (ingest.as_of, "main"),
        "history": (ingest.history.load, "load"),
        "build": (league.build, "build"),
        "publish": (publish.__main__, "main"),
    }
    for step, (owner, name) in steps.items():
        setattr(owner, name, _noted(step, getattr(owner, name)))
    _parse_once(Path(sys.argv[1]))
    gc.freeze()  # What is imported is not copied when a fork looks for garbage.
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        child = os.fork()
        if not child:
            os.setsid()
            if PROJECT in request["env"]:
                league.build.PROJECT = Path(request["env"][PROJECT])
            become(**request)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _parse_once(project: Path) -> None:
    """What dbt works out on its first parsing it keeps for the next."""
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as folder:
        given = ["--project-dir", project, "--profiles-dir", project, "--target-path", folder]
        # The static parser has threads, which no fork inherits: it would wait for them.
        parse = [
            "--quiet",
            "--no-static-parser",
            "parse",
            *map(str, given),
            "--log-path",
            folder,
        ]
        if failed := dbtRunner().invoke(parse).exception:
            raise failed


def _noted(step: str, do: Callable) -> Callable:
    """`do`, which first writes that this step begins."""

    def noted(*given: Any, **named: Any) -> Any:
        if STEPS in os.environ:
            with open(os.environ[STEPS], "a", encoding="utf-8") as steps:
                steps.write(f"{time.monotonic()} {step}\n")
        return do(*given, **named)

    return noted


if __name__ == "__main__":
    _serve()
