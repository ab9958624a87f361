"""Commands run in a fork of a process that has imported dbt already, and parsed once.

That takes dbt as long as building a small league. The fork is a process of its own, with its
own environment, folder and output, as if the command had been typed.

`python -m tests.helpers.warm` is the process that forks: a line of JSON in, an exit code out.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from faults.become import become

_server: subprocess.Popen[str] | None = None


def run(command: list[str], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess:
    """Run `dbt …` or `python -m …`; what it printed, and its exit code."""
    global _server
    if _server is None:
        _server = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        atexit.register(_stop, _server)
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        request = {"command": command, "cwd": str(cwd), "env": env}
        print(
            json.dumps({**request, "out": str(out), "err": str(err)}),
            file=_server.stdin,
            flush=True,
        )
        assert _server.stdout
        code = int(_server.stdout.readline())
        printed = [path.read_text(encoding="utf-8") for path in (out, err)]
    return subprocess.CompletedProcess(command, code, *printed)


def _stop(server: subprocess.Popen) -> None:
    server.stdin.close()
    server.wait()


def _serve() -> None:
    _import_libraries()
    knows_dbt = False
    for line in sys.stdin:
        request = json.loads(line)
        if request["command"][0] == "dbt" and not knows_dbt:
            _warm_dbt()
            knows_dbt = True
        child = os.fork()
        if not child:
            become(**request)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _import_libraries() -> None:
    import duckdb  # noqa: F401
    import jinja2  # noqa: F401
    import markdown_it  # noqa: F401
    import numpy as np  # noqa: F401
    import requests  # noqa: F401
    import rich.console
    import rich.progress
    import rich.table  # noqa: F401
    import yaml  # noqa: F401


def _warm_dbt() -> None:
    """Import dbt, and have it make what it makes once a process."""
    import dbt.adapters.duckdb  # noqa: F401
    from dbt.cli.main import dbtRunner

    # dbt writes its manifest by the way that takes ten times as long.
    json.dump = lambda content, file, **more: file.write(json.dumps(content, **more))
    # Where only a change is built, too few commands follow to be worth it.
    if "LEAGUE_BEFORE" not in os.environ:
        with tempfile.TemporaryDirectory() as folder:
            # The static parser starts threads, which a fork does not have and would wait for.
            parse = ["--quiet", "--no-static-parser", "parse", "--target-path", folder]
            dbtRunner().invoke(
                [*parse, "--log-path", folder], project_dir=".", profiles_dir="."
            )
    # What is there already is nobody's garbage: no fork looks through it again.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _serve()
