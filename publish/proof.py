"""Whether a database is a complete build that passed, and whether a run would only repeat it.

The answer is the one row of build.proof, inside the database, which dbt removes when a build
starts and writes when it ends (macros/proof.sql). It is decided by content, never by time.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path

import duckdb

from league.data_folder import PROJECT
from league.paths import seed_files
from publish import PublishError

RULES = ("models", "macros", "tests/dbt", "dbt_project.yml", "profiles.yml", "docs/rules")
CODE = ("ingest", "league", "publish")
VERSIONS = ("dbt-core", "dbt-duckdb", "duckdb", "jinja2", "markdown-it-py")
AGAIN = "Run `make winners`, or `dbt build` and `python -m publish`."
# What is wrong with a build, in words; no row where nothing is.
FAULT = """
    select case
        when not_passed <> '' then 'all models and tests of the last build to pass; '
            || not_passed || '. Run a complete `dbt build`.'
        else 'a build newer than the data; files were loaded after it. Run `dbt build` again.'
    end
    from build.proof
    where not_passed <> '' or content <> raw.content()
    union all
    select 'a complete build, found one that was stopped before its end, or is still running. '
        || $again
    where (select count(*) from build.proof) = 0
"""


def refuse_unless_passed(opened: duckdb.DuckDBPyConnection) -> None:
    """Raise PublishError unless an open build database is a complete build of its data that
    passed."""
    try:
        fault = opened.execute(FAULT, {"again": AGAIN}).fetchone()
    except duckdb.CatalogException:
        fault = (f"a build that passed, found none in the database. {AGAIN}",)
    if fault:
        raise PublishError(f"Expected {fault[0]}")


def fingerprint(seeds: Path) -> str:
    """A checksum of all that a build and its publication depend on, except the data: rules,
    code, versions, and seeds (those of this project, or of another league)."""
    versions = [platform.python_version(), *(f"{name} {version(name)}" for name in VERSIONS)]
    rows = [PROJECT / "seeds/_seeds.yml", *seed_files(seeds)]
    parts = [*rows, *(PROJECT / name for name in RULES + CODE)]
    return checksum(" ".join(versions), PROJECT, parts)


def checksum(words: str, folder: Path, parts: Iterable[Path]) -> str:
    """A checksum of words, and of files and all that is in folders, by their place in
    `folder`, or name, and content."""
    files = [f for part in parts for f in (part.rglob("*") if part.is_dir() else [part])]
    found = sha256(words.encode())
    for file in sorted(files):
        if file.is_file() and file.parent.name != "__pycache__":
            place = file.relative_to(folder) if file.is_relative_to(folder) else file.name
            found.update(f"{place} {sha256_of(file)}\n".encode())
    return found.hexdigest()


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, which may be larger than memory."""
    with file.open("rb") as body:
        return file_digest(body, "sha256").hexdigest()


def is_built(data: Path, built_by: str) -> bool:
    """Whether the build of `data` passed, and is of this fingerprint, data and source."""
    return _holds(data, "fingerprint = concat_ws(' ', $1, source, ref)", built_by)


def is_built_by_command(data: Path) -> bool:
    """Whether a command of this project ran dbt, with its target folder in DATA/build, and not
    the user."""
    return _holds(data, "fingerprint <> $1", "")


def is_published(data: Path, digest: str) -> bool:
    """Whether what is published, by its digest, was made from the build of `data`."""
    return _holds(data, "published = $1", digest)


def note_published(data: Path, digest: str) -> None:
    """Note the digest of what was published from the build of `data`."""
    with duckdb.connect(str(data / "build/league.duckdb")) as built:
        built.execute("update build.proof set published = $1", [digest])


def _holds(data: Path, condition: str, value: str) -> bool:
    question = (
        "select 1 from build.proof cross join raw.source "
        f"where not_passed = '' and content = raw.content() and {condition}"
    )
    try:
        with duckdb.connect(str(data / "build/league.duckdb"), read_only=True) as built:
            return bool(built.execute(question, [value]).fetchall())
    except duckdb.Error:  # Nothing built yet.
        return False
