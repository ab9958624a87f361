"""Rebuild every snapshot from the database and compare it with the files, byte for byte.

`python -m league check` does it.

The rebuilt bytes are compared by their git blob with the one written down when the file was
read, and that, where there is a source, with the one of the file there.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingest.errors import BadFile
from ingest.file import git_blob
from ingest.history.decode import decode, read_board
from ingest.history.source import add_git_blob, list_files, open_source
from league.terminal import steps
from league.text import say


@dataclass
class Report:
    """What was compared, and a sentence for each difference."""

    snapshots: int = 0
    rows: int = 0
    bytes: int = 0
    differences: list[str] = field(default_factory=list)


def check(database: Path, source: Path | None = None) -> Report:
    """Rebuild and compare every snapshot of every board.

    Raises IngestError when the source cannot be read, duckdb.Error when the database cannot.
    """
    report = Report()
    known: dict[str, tuple[str, str | None]] = {}
    loaded: dict[str, dict[str, str]] = defaultdict(dict)
    with duckdb.connect(str(database), read_only=True) as connection:
        for board, name, outcome, blob in connection.execute(
            "select leaderboard_arn, file_name, outcome, git_blob from history.file"
        ).fetchall():
            known[f"{board}/{name}"] = (outcome, blob)
            if outcome != "quarantined":
                loaded[board][name] = blob
        for board in steps(sorted(loaded), len(loaded), "Rebuilding the history"):
            _check_board(connection, board, loaded[board], report)
    if source:
        report.differences += _compare_with_source(known, source)
    report.differences.sort()
    return report


def _check_board(
    connection: duckdb.DuckDBPyConnection, arn: str, loaded: dict[str, str], report: Report
) -> None:
    """Compare one board with the git blobs of its files."""
    missing = dict(loaded)
    try:
        board = read_board(connection, arn)
        for snapshot, body in decode(board) if board else ():
            name, blob = f"{snapshot.snapshot_at}.csv", git_blob(body)
            report.snapshots += 1
            report.rows += snapshot.row_count
            report.bytes += len(body)
            if blob != missing.pop(name, None):
                report.differences.append(
                    f"{arn}/{name}: expected git blob {loaded.get(name)}, found {blob} when "
                    f"rebuilt ({len(body):,} bytes, {snapshot.row_count:,} rows)"
                )
    except (BadFile, IndexError, KeyError, TypeError, ValueError, zlib.error) as error:
        report.differences.append(
            f"{arn}: cannot be rebuilt: {error!r}. Delete the board's rows and load it again."
        )
    report.differences += [f"{arn}/{name}: has no snapshot" for name in missing]


def _compare_with_source(
    known: dict[str, tuple[str, str | None]], source: Path
) -> Iterator[str]:
    """A sentence for each difference. `known`: outcome and git blob by the file's path. A file
    that cannot be read may have a blob in a database of an earlier release."""
    opened = open_source(source)
    missing = dict(known)
    for board, listed in list_files(opened):
        path = f"{board}/{listed.file_name}"
        found = add_git_blob(opened, board, listed)
        if path not in known:
            yield f"{path}: is in the source and not in the database; load it"
            continue
        outcome, blob = missing.pop(path)
        if found.message:
            if outcome != "quarantined":
                yield f"{path}: was loaded, and cannot be now. {found.message}"
        elif found.git_blob != blob:
            yield (
                f"{path}: expected git blob {found.git_blob} in the source, found "
                f"{blob or 'none'} in the database; load it"
            )
    for path in missing:
        yield f"{path}: is in the database and not in this source"


def print_check(database: Path, source: Path | None = None) -> bool:
    """Check, and print the differences to stderr; whether there are none."""
    report = check(database, source)
    for sentence in report.differences[:50]:
        say(sentence, aside=True)
    if len(report.differences) > 50:
        say(f"… and {len(report.differences) - 50:,} more", aside=True)
    say(
        f"{report.snapshots:,} snapshots rebuilt, {report.rows:,} rows, "
        f"{report.bytes / 1e9:.2f} GB; {len(report.differences):,} differences"
    )
    return not report.differences
