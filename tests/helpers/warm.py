"""What a command imports, imported once for all commands of a run.

dbt takes as long to import as to build a small league. Python's forkserver imports this module
(`multiprocessing.set_forkserver_preload`) and forks a process for each command, with its own
environment, folder and output, as if the command had been typed.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import sys
from contextlib import suppress
from importlib import import_module

import dbt.adapters.duckdb
import dbt.cli.main
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager

for library in ("duckdb", "jinja2", "markdown_it", "numpy", "requests", "rich.table", "yaml"):
    import_module(library)
# DuckDB looks for it at every value that it is handed.
sys.modules["pandas"] = None  # type: ignore[assignment]
# dbt writes its manifest by the way that takes ten times as long.
json.dump = lambda content, file, **more: file.write(json.dumps(content, **more))
# What it would tell a log that is not kept takes an eighth of a build.
_fire_event = EventManager.fire_event


def _fire_what_is_heard(self, event, level=None, *more, **named) -> None:
    if (level or event.level_tag()) != EventLevel.DEBUG:
        _fire_event(self, event, level, *more, **named)


EventManager.fire_event = _fire_what_is_heard
# No fork looks through what is there already.
gc.collect()
gc.freeze()


def run_command(command: list[str], cwd: str, env: dict[str, str], out: str, err: str) -> None:
    """Be `dbt …` or `python -m …` in this process, and end with its exit code."""
    for path, descriptor in ((os.devnull, 0), (out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), descriptor)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    program, *sys.argv = command
    code: object = 0
    try:
        if program == "dbt":
            sys.argv.insert(0, "dbt")
            dbt.cli.main.cli()
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
    sys.exit(code if isinstance(code, int) else int(bool(code)))
