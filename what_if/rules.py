"""A folder with other rows for seeds/: each of its files replaces the project's of that name."""

from __future__ import annotations

import csv
from pathlib import Path

from what_if.errors import WhatIfError


def read_rules(folder: Path, seeds: Path) -> list[Path]:
    """The files of `folder` that replace files of `seeds`, in order of their names.

    Raises WhatIfError where there is no folder, none of its files is a seed, one of its CSV
    files is no seed, or one has other columns than the seed. Whether the rows make a season
    is for the build to say.
    """
    if not folder.is_dir():
        raise WhatIfError(
            f"Expected RULES= as a folder with other rows for {seeds}, found no folder {folder}."
        )
    known = {seed.name: seed for seed in sorted(seeds.glob("*.csv"))}
    files = sorted(folder.glob("*.csv"))
    unknown = [file.name for file in files if file.name not in known]
    if unknown or not files:
        raise WhatIfError(
            f"Expected in {folder} files named like those of {seeds} ({', '.join(known)}), "
            f"found {', '.join(unknown) or 'none'}."
        )
    for file in files:
        _check_columns(file, known[file.name])
    return files


def _check_columns(file: Path, seed: Path) -> None:
    header, *rows = _read(file) or [[]]
    (expected, *_) = _read(seed)
    if sorted(header) != sorted(expected):
        raise WhatIfError(
            f"{file}: expected the columns {', '.join(expected)}, found "
            f"{', '.join(header) or 'none'}. Copy {seed} and change its rows."
        )
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise WhatIfError(
                f"{file}, row {number}: expected {len(header)} cells, found {len(row)}. "
                "A cell with a comma in it has to stand in double quotes."
            )


def _read(file: Path) -> list[list[str]]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return [row for row in csv.reader(lines) if row]
    except (UnicodeDecodeError, csv.Error) as broken:
        raise WhatIfError(f"{file}: expected CSV in UTF-8, found: {broken}.") from broken
