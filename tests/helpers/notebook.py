"""Run docs/who-won-what-2021.ipynb as Jupyter does, without Jupyter.

`python -m tests.helpers.notebook DATABASE` writes the outputs into it again, from what
`make winners` made; test_notebook.py checks them.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from tests.helpers.pipeline import ROOT

NOTEBOOK = ROOT / "docs/who-won-what-2021.ipynb"


def outputs(notebook: dict, league: str) -> list[list[dict]]:
    """The outputs of each code cell, in nbformat 4.

    league: the path of a published database, or the address of a folder of Parquet files.
    """
    before = os.environ.get("LEAGUE")
    os.environ["LEAGUE"] = league
    names: dict = {}
    try:
        return [
            _run("".join(cell["source"]), names)
            for cell in notebook["cells"]
            if cell["cell_type"] == "code"
        ]
    finally:
        os.environ.pop("LEAGUE")
        if before is not None:
            os.environ["LEAGUE"] = before


def _run(source: str, names: dict) -> list[dict]:
    """Run one cell; what it prints and its last expression, if it ends with one."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
        value = (
            eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
            if last
            else None
        )
        data = _data(value)
    streams = [{"name": "stdout", "output_type": "stream", "text": _lines(printed.getvalue())}]
    results = [{"data": data, "execution_count": None, "metadata": {},
                "output_type": "execute_result"}]  # fmt: skip
    return streams * bool(printed.getvalue()) + results * bool(data)


def _data(value: object) -> dict[str, list[str]]:
    if value is None:
        return {}
    if picture := getattr(value, "_repr_svg_", None):
        return {"image/svg+xml": _lines(picture())}
    return {"text/plain": _lines(repr(value))}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def main() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    made = iter(outputs(notebook, str(Path(sys.argv[1]).resolve())))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = next(made)
    text = json.dumps(notebook, indent=1, ensure_ascii=False)
    NOTEBOOK.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
