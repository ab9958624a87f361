"""What every table and column means, as one web page: dbt's own documentation."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import duckdb

from league.dbt import DBT, dbt_environment
from publish.database import NAME
from publish.errors import PublishError
from publish.folders import empty_folder, replace_folder
from publish.proof import read_build


def write_documentation(database: Path, to: Path) -> None:
    """Write index.html, which needs no other file, into the empty folder `to`.

    dbt reads a copy of the published database and writes beside it: the real one stays
    open to its readers, and the build's target folder goes on telling what was built.

    Raises PublishError where dbt fails.
    """
    with duckdb.connect(str(database), read_only=True) as opened:
        build = read_build(opened)
    work = (to / "work").resolve()
    copy = work / "build" / NAME
    copy.parent.mkdir(parents=True)
    shutil.copyfile(database, copy)
    project = Path(os.environ.get("DBT_PROJECT_DIR", ".")).resolve()
    parsed = Path("target/partial_parse.msgpack")
    if (database.parent / "build" / parsed).is_file():
        (work / parsed).parent.mkdir()
        shutil.copyfile(database.parent / "build" / parsed, work / parsed)
    done = subprocess.run(
        [*DBT, "--quiet", "docs", "generate", "--static"],
        cwd=work,
        env=dbt_environment(project, work),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise PublishError(
            "Expected `dbt docs generate` to describe the published tables; it ended with "
            f"{done.returncode}: {(done.stdout + done.stderr).strip()[-500:]}"
        )
    page = (work / "target/static_index.html").read_text(encoding="utf-8")
    page = _without_folders(page, database.parent.resolve(), work, project)
    page = page.replace("<head>", f'<head><meta name="build" content="{build.build_id}">', 1)
    (to / "index.html").write_text(page, encoding="utf-8")
    shutil.rmtree(work)


def _without_folders(page: str, data: Path, work: Path, project: Path) -> str:
    """The page without what dbt notes of where it ran, which concerns nobody else."""
    rows_of_another_league = data / "build/project"
    for folder, instead in (
        (work / "target", "target"),
        (rows_of_another_league, "."),
        (project, "."),
    ):
        page = page.replace(json.dumps(str(folder))[1:-1], instead)
    return page


def document(data: Path, to: Path | None = None) -> None:
    """Write the documentation of the published database of `data` into `to` or `data`/docs.

    Raises PublishError where there is none, or dbt fails.
    """
    to = to or data / "docs"
    if not (data / NAME).is_file():
        raise PublishError(
            f"Expected a published database at {data / NAME}, found none. Run `make winners` "
            "first."
        )
    new = empty_folder(to.with_name(f".{to.name}.new"))
    write_documentation(data / NAME, new)
    replace_folder(new, to)
    print(f"Written: {to / 'index.html'}")
