"""Data as small script files: pages opened from a folder may run scripts, not fetch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from league.text import for_page


def write_script(path: Path, call: str, *values: Any) -> None:
    """Write a script that hands JSON to a function of ours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script(call, *values), encoding="ascii")


def script(call: str, *values: Any) -> str:
    """That script: one line of pure ASCII.

    Nothing in it could end a script element or a line, whatever the names are: no `<`, no
    U+2028.
    """
    return f"{call}({','.join(map(as_json, values))});\n"


def as_json(value: Any) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(_harmless(value), ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def _harmless(value: Any) -> Any:
    """The same with control codes made visible in every text."""
    if isinstance(value, str):
        return for_page(value)
    if isinstance(value, (list, tuple)):
        # Most of what is written are numbers, two million of them.
        return [each if type(each) is int else _harmless(each) for each in value]
    if isinstance(value, dict):
        return {name: _harmless(each) for name, each in value.items()}
    return value
