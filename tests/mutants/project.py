"""The project's own files, copied to be changed, or to be left alone by who edits them.

Here and not in league/: a process that imported that has it in its forks, and a mutant's tests
would test the original.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def own_files() -> list[str]:
    """The paths of all files that belong to the project, new ones too; none that git ignores.

    Ends the process where git does not know the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if listed.returncode:
        sys.exit(f"Expected a git checkout in {ROOT}, found none: clone the project.")
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]


def copy_project(to: Path) -> Path:
    """Copy them as they lie, so that nothing edited afterwards changes what runs there."""
    for path in own_files():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, to / path)
    return to
