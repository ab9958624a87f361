"""How a fork of a process that has imported much already becomes a command."""

from __future__ import annotations

import os
import runpy
import sys
from contextlib import suppress
from pathlib import Path


def become(command: list[str], cwd: str, env: dict[str, str], out: str, err: str) -> None:
    """Be `dbt …` or `python -m …`; never returns."""
    for path, descriptor in ((os.devnull, 0), (out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), descriptor)
    be(command, cwd, env)


def be(command: list[str], cwd: str, env: dict[str, str]) -> None:
    """Be it with the output of this process; never returns."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    program, *sys.argv = command
    code: object = 0
    try:
        if Path(program).name == "dbt":
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
    os._exit(code if isinstance(code, int) else int(bool(code)))
