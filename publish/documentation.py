"""What every table and column means, as one web page: dbt's own documentation."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from league.build import DBT, PROJECT, dbt_environment, run, take_what_was_read
from league.text import say
from publish import PublishError
from publish.release import DATABASE


def document(data: Path, to: Path | None = None) -> None:
    """Write the page, which needs no other file, into `to` or `data`/docs, in one step.

    dbt reads a copy of the published database and writes beside it: the real one stays
    open to its readers, and the build's target folder goes on telling what was built.

    Raises PublishError where dbt fails.
    """
    to = to or data / "docs"
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to, prefix=".work") as folder:
        work = Path(folder).resolve()
        (work / "build").mkdir()
        shutil.copyfile(data / DATABASE, work / "build" / DATABASE)
        take_what_was_read(data, work)
        environment = dbt_environment(PROJECT, work / "build")
        command = [*DBT, "--quiet", "docs", "generate", "--static"]
        code, output = run(command, work, environment)
        if code:
            raise PublishError(
                "Expected `dbt docs generate` to describe the published tables; it ended with "
                f"{code}: {output.strip()[-500:]}"
            )
        page = work / "build/target/static_index.html"
        text = page.read_text(encoding="utf-8")
        # Where it ran concerns no reader.
        for path in (work / "build/target", data / "build/project", PROJECT):
            text = text.replace(json.dumps(str(path))[1:-1], ".")
        page.write_text(text, encoding="utf-8")
        os.replace(page, to / "index.html")
    say(f"Written: {to / 'index.html'}")
