"""Whether a build would only repeat the last one: same data, same rules, same versions.

Decided by content and never by time stamps. What a build was made by is noted in its own
database, as build.made_by, beside the proof that all of it passed (macros/proof.sql).
"""

from __future__ import annotations

import platform
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import duckdb

from league.build import build

PROJECT = Path(__file__).parents[1]
RULES = ("models", "macros", "tests/dbt", "dbt_project.yml", "profiles.yml", "docs/rules")
CODE = ("ingest", "league", "publish")
VERSIONS = ("dbt-core", "dbt-duckdb", "duckdb", "jinja2", "markdown-it-py")


def build_news(data: Path, seeds: Path | None, force: bool = False) -> int:
    """Build `data` where that would not only repeat the last build, or by force; the exit code.

    seeds: the rows of another league; none for those of this project.

    Raises LeagueError where dbt could not write, or would end without a word.
    """
    made_by = maker(seeds)
    if not force and is_built(data, made_by):
        print(
            "Nothing new: same files, rules and versions as in the last build. FORCE=1 "
            "builds anyway.",
            file=sys.stderr,
        )
        return 0
    code = build(data, seeds)
    if not code:
        note_maker(data, made_by)
    return code


def maker(seeds: Path | None) -> str:
    """All that decides what a build and its publication look like, except the data, as one
    number: rules, seeds, code, and versions.

    seeds: the rows of another league; none for those of this project.
    """
    digest = sha256()
    for name in VERSIONS:
        digest.update(f"{name} {version(name)}\n".encode())
    digest.update(f"python {platform.python_version()}\n".encode())
    rows = (seeds or PROJECT / "seeds").glob("*.csv")
    for file in [PROJECT / "seeds/_seeds.yml", *sorted(rows), *_files()]:
        place = file.relative_to(PROJECT) if file.is_relative_to(PROJECT) else file.name
        body = file.read_bytes()
        digest.update(f"{place} {len(body)}\n".encode() + body)
    return digest.hexdigest()


def _files() -> list[Path]:
    found = []
    for part in (PROJECT / name for name in RULES + CODE):
        files = part.rglob("*.*") if part.is_dir() else [part]
        found += [f for f in files if f.is_file() and "__pycache__" not in f.parts]
    return sorted(found)


# The source, as it was given, is told by its digest: the published file goes to strangers.
MAKER = "sha256(concat_ws(' ', $made_by, source, ref))"


def note_maker(data: Path, made_by: str) -> None:
    """Say in the build of `data`, which has just passed, what made it, and from where."""
    with duckdb.connect(str(data / "build/league.duckdb")) as built:
        built.execute(
            "create or replace table build.made_by as "
            f"select build_id, {MAKER} as maker from build.proof cross join raw.source",
            {"made_by": made_by},
        )


def is_built(data: Path, made_by: str) -> bool:
    """Whether the build of `data` passed, and was made of this data by this maker."""
    try:
        with duckdb.connect(str(data / "build/league.duckdb"), read_only=True) as built:
            found = built.execute(
                f"""
                select maker = {MAKER} from build.proof
                inner join build.made_by using (build_id)
                cross join raw.source
                where content = raw.content() and not_passed = ''
                """,
                {"made_by": made_by},
            ).fetchall()
    except duckdb.Error:  # Nothing built yet, or by another version of this project.
        return False
    return found == [(True,)]
