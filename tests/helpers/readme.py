"""The examples in README, docs/ and their neighbours: every block of SQL or Python is followed by what it prints.

`python -m tests.helpers.readme DATABASE` writes the answers again, from what `make publish` made;
test_readme.py and test_exports.py check them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.helpers.pipeline import ROOT
from tests.helpers.web import serving

# What stands in the pages for a site's address.
SITE = "https://example.org/league"

# Where `make test` puts what only the examples import.
LIBRARIES = Path(sys.prefix) / "examples"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EXAMPLE = re.compile(r"```sql\n(?P<sql>.*?)```\n\n```text\n(?P<answer>.*?)```", re.DOTALL)
PYTHON = re.compile(r"```python\n(?P<code>.*?)```\n\n```text\n(?P<answer>.*?)```", re.DOTALL)


def answer(sql: str, database: Path) -> str:
    """What the duckdb shell prints."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "duckdb"), "-readonly", "-box", str(database)],
        input=f".maxwidth 120\n{sql}",
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr, done.stderr
    return done.stdout


def printed(code: str, data: Path) -> str:
    """What Python prints where the folder `data` is called data, as in the pages, and its site
    is on a web host."""
    with tempfile.TemporaryDirectory() as folder, serving(data / "site") as (address, _):
        (Path(folder) / "data").symlink_to(data.resolve())
        done = subprocess.run(
            [sys.executable, "-c", code.replace(SITE, address)],
            cwd=folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(LIBRARIES)},
        )
    assert not done.returncode, done.stderr
    return done.stdout


def main() -> None:
    database = Path(sys.argv[1])
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for example in EXAMPLE.finditer(text):
            block = f"```sql\n{example['sql']}```\n\n```text\n"
            text = text.replace(
                example.group(), f"{block}{answer(example['sql'], database)}```"
            )
        for example in PYTHON.finditer(text):
            block = f"```python\n{example['code']}```\n\n```text\n"
            text = text.replace(
                example.group(), f"{block}{printed(example['code'], database.parent)}```"
            )
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
