"""Commands run in a fork of a process that has imported dbt already, and built a little.

That takes dbt as long as building a small league. The fork is a process of its own, with its
own environment, folder and output, as if the command had been typed.

`python -m tests.helpers.warm` is the process that forks: a line of JSON in, an exit code out.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

# A view, seeds, a table and its data test.
A_LITTLE = ("stg_catalogue", "+int_rounds", "--indirect-selection", "cautious")

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
        if request["command"][0] == "dbt":
            _import_dbt()
            parsed = Path(request["env"]["DBT_TARGET_PATH"]) / "partial_parse.msgpack"
            # The command that parses the project for all others is not worth waiting for.
            if not knows_dbt and parsed.exists():
                _build_a_little(parsed)
                knows_dbt = True
        command = (request[key] for key in ("command", "cwd", "env", "out", "err"))
        print(_run(*command), flush=True)


def _import_libraries() -> None:
    # DuckDB looks for it at every value that it is handed.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    import duckdb  # noqa: F401
    import jinja2  # noqa: F401
    import markdown_it  # noqa: F401
    import numpy as np  # noqa: F401
    import requests  # noqa: F401
    import rich.console
    import rich.progress
    import rich.table  # noqa: F401
    import yaml  # noqa: F401


def _import_dbt() -> None:
    if "dbt.cli.main" in sys.modules:
        return
    import dbt.adapters.duckdb
    import dbt.cli.main  # noqa: F401
    from dbt_common.events.base_types import EventLevel
    from dbt_common.events.event_manager import EventManager

    # dbt writes its manifest by the way that takes ten times as long.
    json.dump = lambda content, file, **more: file.write(json.dumps(content, **more))
    # What it would tell a log that is not kept takes an eighth of a build.
    tell = EventManager.fire_event

    def tell_what_is_heard(self, event, level=None, *more, **named) -> None:
        if (level or event.level_tag()) != EventLevel.DEBUG:
            tell(self, event, level, *more, **named)

    EventManager.fire_event = tell_what_is_heard
    _keep()


def _keep() -> None:
    """Keep what is there out of garbage collection, so that no fork looks through it again."""
    gc.collect()
    gc.freeze()


def _build_a_little(parsed: Path) -> None:
    """Have dbt make what it makes once a process, by a node of each kind of a season of its own.

    parsed: the project, as dbt has parsed it.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    from league.build import project_with
    from league.fictional_season import invent

    here, before = Path.cwd(), dict(os.environ)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        invent(folder)
        project = str(project_with(folder / "seeds", folder / "project"))
        target = folder / "build/target"
        target.mkdir(parents=True)
        shutil.copyfile(parsed, target / parsed.name)
        os.environ |= {
            "LEAGUE_DATA": name,
            "LEAGUE_SEEDS": str(folder / "seeds"),
            "LEAGUE_FINGERPRINT": "",
            "DBT_PROJECT_DIR": project,
            "DBT_PROFILES_DIR": project,
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": name,
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_STATIC_PARSER": "false",
        }
        ingest = ["python", "-m", "ingest", "--source", str(folder / "race-data")]
        _run(ingest, str(here), dict(os.environ), os.devnull, os.devnull)
        os.chdir(folder)
        os.environ["LEAGUE_DATA"] = "."
        build = ["--quiet", "build", "--select", *A_LITTLE]
        try:
            done = dbtRunner().invoke(build)
        finally:
            # No fork shall hold what is open here.
            DuckDBConnectionManager.close_all_connections()
            os.chdir(here)
            os.environ.clear()
            os.environ.update(before)
    assert done.success, done.exception or [r.message for r in done.result.results]
    _keep()


def _run(command: list[str], cwd: str, env: dict[str, str], out: str, err: str) -> int:
    """Run `dbt …` or `python -m …` in a fork; its exit code."""
    child = os.fork()
    if not child:
        for path, descriptor in ((os.devnull, 0), (out, 1), (err, 2)):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), descriptor)
        os._exit(_be(command, cwd, env))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _be(command: list[str], cwd: str, env: dict[str, str]) -> int:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    program, *sys.argv = command
    code: object = 0
    try:
        if program == "dbt":
            from dbt.cli.main import cli

            sys.argv.insert(0, "dbt")
            cli()
        else:
            _, module = sys.argv[:2]
            del sys.argv[:1]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as left:
        code = left.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    if isinstance(code, str):
        print(code, file=sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    return code if isinstance(code, int) else int(bool(code))


if __name__ == "__main__":
    _serve()
