"""A folder with other rows for seeds/: each of its files replaces the one of that name."""

from __future__ import annotations

import shutil
from pathlib import Path

from league.errors import LeagueError


def find_rules(folder: Path, seeds: Path) -> list[Path]:
    """The files of `folder` that replace files of `seeds`, in order of their names.

    Raises LeagueError where there is no folder, no CSV file in it, or one that is no seed.
    """
    if not folder.is_dir():
        raise LeagueError(
            f"Expected RULES= as a folder with other rows for {seeds}, found no folder "
            f"{folder}."
        )
    known = sorted(seed.name for seed in seeds.glob("*.csv"))
    files = sorted(folder.glob("*.csv"))
    unknown = [file.name for file in files if file.name not in known]
    if unknown or not files:
        raise LeagueError(
            f"Expected in {folder} files named like those of {seeds} ({', '.join(known)}), "
            f"found {', '.join(unknown) or 'none'}."
        )
    return files


def replace_rows(seeds: Path, rules: list[Path], to: Path) -> None:
    """Copy `seeds` into the empty folder `to`, with the files `rules` in place of theirs."""
    for seed in [*sorted(seeds.glob("*.csv")), *rules]:
        shutil.copyfile(seed, to / seed.name)
