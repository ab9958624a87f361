"""Is what was read whole? A file can be well-formed and yet be a part of what it was.

The one place that decides it, by what is known apart from the file itself:

  * Of upstream's last commit the content of every file is known (pinned_files.csv).
  * A race that is over and counts in a season has at least as many racers in its ranking as
    the catalogue says. True of all 103 such boards of the archive, and of all 70 as it
    stood on 2 November 2021; nine boards of 2019, which no season counts, have fewer.
  * A board that counts in a season and has a ranking is in the catalogue, and where the
    catalogue names a prize's winners, it names the winner of every race that is over.
  * A ranking that was loaded before does not lose racers, a catalogue loses no board and no
    winner.

Whoever knows that the archive did change says so (`--accept-changes`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.errors import Broken
from ingest.file import File
from ingest.needed import Needed
from ingest.source import CATALOGUE, PINNED_REF

PINNED_FILES = Path(__file__).with_name("pinned_files.csv")


@dataclass(frozen=True)
class Doubt:
    """A file that may be no more than a part, and why."""

    file: File
    reason: Broken


@cache
def pinned_files() -> dict[str, str]:
    """File name -> git's id of its content, in the commit PINNED_REF.

    Facts about upstream's tree, as `git ls-tree` gives them; no part of the data.
    """
    with PINNED_FILES.open(encoding="utf-8", newline="") as lines:
        return {row["file"]: row["git_blob"] for row in csv.DictReader(lines)}


def doubts(
    catalogue: File,
    rankings: list[File],
    known_boards: dict[str, str],
    needed: Needed,
    ref: str | None,
) -> list[Doubt]:
    """Files that were understood, or are missing, and are not all that they have to be.

    known_boards: Arn -> winner in the catalogue of the run before; none before the first.
    """
    boards = _boards(catalogue)
    found = [*_of_catalogue(catalogue, boards, rankings, known_boards, needed)]
    pinned = pinned_files()
    # A catalogue of the same content is the same state of the archive, whatever its source.
    is_pinned = ref == PINNED_REF or catalogue.git_blob == pinned[CATALOGUE]
    for file in [catalogue, *rankings]:
        if isinstance(file.content, Broken):
            continue
        reason = _otherwise(file, pinned.get(file.name)) if is_pinned else None
        reason = reason or _shorter(file, boards.get(file.leaderboard_arn or "", {}), needed)
        if reason:
            found.append(Doubt(file, reason))
    return found


def _otherwise(file: File, pinned: str | None) -> Broken | None:
    """Whether a file differs from the one of the pinned commit."""
    if pinned is None or pinned == file.git_blob:
        return None
    found = NO_FILE
    if file.body is not None and file.git_blob:
        found = f"{file.git_blob[:10]}, {len(file.body):,} bytes"
    expected = f"git blob {pinned[:10]}, as in upstream's commit {PINNED_REF[:10]}"
    return Broken(expected, found, file.name)


NO_FILE = "no such file"


def _boards(catalogue: File) -> dict[str, dict[str, str]]:
    header = catalogue.table.header
    rows = [dict(zip(header, row, strict=True)) for row in catalogue.table.rows]
    return {row["Arn"]: row for row in rows}


def _shorter(file: File, board: dict[str, str], needed: Needed) -> Broken | None:
    found = f"{file.row_count:,}" if file.body is not None else NO_FILE
    if file.leaderboard_arn in needed.counted and board.get("Status") == "CLOSED":
        participants = _whole_number(board.get("ParticipantCount", ""))
        if file.row_count < participants:
            return Broken(
                f"at least {participants:,} racers, as the catalogue says", found, file.name
            )
    if file.known_rows and file.row_count < file.known_rows:
        return Broken(f"at least {file.known_rows:,} rows, as loaded before", found, file.name)
    return None


def _of_catalogue(
    catalogue: File,
    boards: dict[str, dict[str, str]],
    rankings: list[File],
    known_boards: dict[str, str],
    needed: Needed,
) -> Iterator[Doubt]:
    def doubt(expected: str, found: str) -> Doubt:
        return Doubt(catalogue, Broken(expected, found, CATALOGUE))

    gone = [arn for arn in known_boards if arn not in boards]
    if gone:
        yield doubt(f"the {len(known_boards)} boards loaded before", f"no {_some(gone)}")
    missing = [
        file.leaderboard_arn
        for file in rankings
        if file.row_count
        and file.leaderboard_arn in needed.counted
        and file.leaderboard_arn not in boards
    ]
    if missing:
        yield doubt("every board of a season that has a ranking", f"no {_some(missing)}")
    nameless = [
        arn
        for arn, board in boards.items()
        if not board.get("WinnerAlias")
        and (known_boards.get(arn) or (arn in needed.named and board["Status"] == "CLOSED"))
    ]
    if nameless:
        yield doubt(
            "a WinnerAlias where the catalogue names winners", f"none: {_some(nameless)}"
        )


def _some(arns: list[str]) -> str:
    return ", ".join(arns[:3]) + (f" and {len(arns) - 3} more" if len(arns) > 3 else "")


def _whole_number(text: str) -> int:
    """Upstream writes whole numbers as `31151` in one file and `31151.0` in the next."""
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return 0
