"""What is published already as it would be written, and so need not be written again.

Decided by content: the published database says of which build it is and what made it
(league/unchanged.py), and DATA/build/published.json holds a digest of all that was published.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import duckdb

NAME = "league.duckdb"


def content(published: Path) -> str:
    """A digest of a file, or of the files of a folder, by name and content; empty where there
    is none. A log beside a database counts: readers see what it says."""
    if not published.exists():
        return ""
    digest = sha256()
    with_log = [published, published.with_name(f"{published.name}.wal")]
    files = published.rglob("*") if published.is_dir() else with_log
    for file in sorted(file for file in files if file.is_file()):
        body = file.read_bytes()
        name = os.path.relpath(file, published)
        digest.update(f"{name} {len(body)}\n".encode() + body)
    return digest.hexdigest()


def is_published(data: Path, names: list[str]) -> bool:
    """Whether these files and folders of `data` are what was made of its build."""
    build = _build(data / "build" / NAME)
    noted = _noted(data)
    return bool(build) and all(noted.get(name) == _note(build, data / name) for name in names)


def note_published(data: Path, names: list[str]) -> None:
    """Note that these files and folders were made of the build of `data`."""
    build = _build(data / "build" / NAME)
    if build:
        made = {name: _note(build, data / name) for name in names}
        text = json.dumps(_noted(data) | made, indent=2)
        _notes(data).write_text(text + "\n", encoding="utf-8")


def _note(build: str, published: Path) -> dict[str, str]:
    note = {"build": build, "sha256": content(published)}
    # Pages name the address at which they are to stand.
    address = os.environ.get("SITE_ADDRESS", "") if published.name == "site" else ""
    return note | ({"address": address} if address else {})


def _notes(data: Path) -> Path:
    return data / "build/published.json"


def _noted(data: Path) -> dict[str, dict]:
    try:
        return json.loads(_notes(data).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _build(database: Path) -> str:
    """The build in a database, when it was made and by what; empty where that is not said."""
    try:
        with duckdb.connect(str(database), read_only=True) as opened:
            row = opened.execute(
                "select concat_ws(' ', build_id, built_at_utc, maker) from build.proof "
                "inner join build.made_by using (build_id)"
            ).fetchone()
    except duckdb.Error:  # Not built yet, or by hand.
        return ""
    return row[0] if row else ""
