"""What every table and column means, as one web page: dbt's own documentation."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from league.build import DBT, dbt_environment
from league.data_folder import is_made_here
from league.text import say
from publish import PublishError
from publish.about import read_about
from publish.database import NAME, open_published


def write_documentation(database: Path, to: Path) -> None:
    """Write the page, which needs no other file, to `to`, in one step.

    dbt reads a copy of the published database and writes beside it: the real one stays
    open to its readers, and the build's target folder goes on telling what was built.

    Raises PublishError where dbt fails.
    """
    with open_published(database) as opened:
        build_id = read_about(opened).build_id
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".work") as folder:
        work = Path(folder).resolve()
        page = _generate(database, work)
        page = page.replace("<head>", f'<head><meta name="build" content="{build_id}">', 1)
        (work / to.name).write_text(page, encoding="utf-8")
        os.replace(work / to.name, to)


def _generate(database: Path, work: Path) -> str:
    """What `dbt docs generate` makes of a copy of the database, in the empty folder `work`."""
    copy = work / "build" / NAME
    copy.parent.mkdir(parents=True)
    shutil.copyfile(database, copy)
    project = Path(os.environ.get("DBT_PROJECT_DIR", ".")).resolve()
    parsed = Path("target/partial_parse.msgpack")
    if is_made_here(database.parent) and (database.parent / "build" / parsed).is_file():
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
    return _without_folders(page, database.parent.resolve(), work, project)


def _without_folders(page: str, data: Path, work: Path, project: Path) -> str:
    """The page without what dbt notes of where it ran, which concerns no one else."""
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
    write_documentation(data / NAME, to / "index.html")
    say(f"Written: {to / 'index.html'}")
