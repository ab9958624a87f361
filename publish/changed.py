"""What is published already as it would be written, and so need not be written again.

Decided by content: the published database says of which build it is and what made it
(league/unchanged.py), and DATA/build/published.json holds a digest of each folder.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import duckdb

NAME = "league.duckdb"


def content(folder: Path) -> str:
    """A digest of the files of a folder, by name and content; empty where there is none."""
    if not folder.is_dir():
        return ""
    digest = sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        body = file.read_bytes()
        digest.update(f"{file.relative_to(folder)} {len(body)}\n".encode() + body)
    return digest.hexdigest()


def is_published(data: Path, folders: list[str]) -> bool:
    """Whether the build of `data` is published, and these folders are what was made of it."""
    build = _build(data / "build" / NAME)
    if not build or build != _build(data / NAME):
        return False
    try:
        noted = json.loads(_notes(data).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        noted = {}
    return all(noted.get(name) == [*build, content(data / name)] for name in folders)


def note_published(data: Path, folders: list[str]) -> None:
    """Note the digests of these folders, made of the published build."""
    build = _build(data / NAME)
    if build and folders:
        noted = {name: [*build, content(data / name)] for name in folders}
        _notes(data).write_text(json.dumps(noted, indent=2) + "\n", encoding="utf-8")


def _notes(data: Path) -> Path:
    return data / "build/published.json"


def _build(database: Path) -> tuple[str, str, str] | None:
    """The build in a database, when it was made and by what; none where that is not said."""
    if not database.is_file():
        return None
    try:
        with duckdb.connect(str(database), read_only=True) as opened:
            return opened.execute(
                "select build_id, built_at_utc::varchar, maker from build.proof "
                "inner join build.made_by using (build_id)"
            ).fetchone()
    except duckdb.Error:  # Not built yet, or by another version of this project.
        return None
