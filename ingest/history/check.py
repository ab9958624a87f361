"""Rebuild every snapshot from the database and compare it with the files, byte for byte.

    python -m ingest.history.check DATABASE [SOURCE]

Without a source the rebuilt bytes are compared with the git blob SHA-1 written down when
the file was read. With a git clone they are compared with the blobs of its tree; with a
folder also with the files themselves. Exit code 0 when nothing differs, 1 otherwise.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import zlib
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.history import encode
from ingest.history.load import PROCESSES, SMALL, Damaged, read_board, start_worker
from ingest.history.source import (
    Listed,
    Source,
    SourceError,
    list_files,
    open_source,
    read_body,
)
from ingest.progress import bytes_read


class Report(NamedTuple):
    """What was compared, and a sentence for each difference."""

    snapshots: int
    rows: int
    bytes: int
    differences: list[str]


def check(database: Path, source: Path | None = None, progress: bool = True) -> Report:
    """Rebuild and compare every snapshot of every board.

    Raises SourceError when the source cannot be read, duckdb.Error when the database cannot.
    """
    where = open_source(source) if source else None
    listed: dict[str, list[Listed]] = defaultdict(list)
    for file in list_files(where) if where else ():
        listed[file.board].append(file)
    with duckdb.connect(str(database), read_only=True) as connection:
        sizes = dict(
            connection.execute(
                "select leaderboard_arn, sum(bytes)::bigint from history.file group by all"
            ).fetchall()
        )
    boards = sorted({*sizes, *listed}, key=lambda board: -sizes.get(board, 0))
    tasks = [
        (database, where, board, sorted(listed[board], key=lambda f: f.name))
        for board in boards
    ]
    reports = []
    with bytes_read("Rebuilding the history", sum(sizes.values()), progress) as show:
        if sum(sizes.values()) < SMALL:
            reports = [check_board(*task) for task in tasks]
        else:
            with ProcessPoolExecutor(
                PROCESSES, multiprocessing.get_context("spawn"), initializer=start_worker
            ) as pool:
                for done in as_completed([pool.submit(check_board, *task) for task in tasks]):
                    reports.append(done.result())
                    show(
                        sum(report.snapshots for report in reports),
                        sum(report.bytes for report in reports),
                    )
    return Report(
        sum(report.snapshots for report in reports),
        sum(report.rows for report in reports),
        sum(report.bytes for report in reports),
        sorted(sentence for report in reports for sentence in report.differences),
    )


def check_board(
    database: Path, source: Source | None, board: str, listed: list[Listed]
) -> Report:
    """Compare one board."""
    differences: list[str] = []

    def differs(name: str, sentence: str) -> None:
        differences.append(f"{board}/{name}: {sentence}")

    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            held = read_board(connection, board) or encode.Board()
        except Damaged as error:
            return Report(0, 0, 0, [f"{error}; delete the board's rows and load it again"])
    outcomes = {f"{outcome.moment}.csv": outcome for outcome in held.outcomes}
    in_source = {file.name: file for file in listed}
    if source:
        for name in sorted(outcomes.keys() - in_source.keys()):
            differs(name, "is in the database and not in this source")
        for name in sorted(in_source.keys() - outcomes.keys()):
            differs(name, "is in the source and not in the database; load it")
    expected = {name for name, outcome in outcomes.items() if outcome.outcome != "quarantined"}
    rebuilt: set[str] = set()
    rows = size = 0
    try:
        for snapshot, body in encode.decode(held):
            name = f"{snapshot.moment}.csv"
            rebuilt.add(name)
            rows += snapshot.rows
            size += len(body)
            if name not in expected:
                differs(name, "has a snapshot and no outcome that says so")
                continue
            blob = encode.blob_id(body)
            if blob != outcomes[name].blob:
                differs(
                    name,
                    f"expected git blob {outcomes[name].blob.hex()} as loaded, found "
                    f"{blob.hex()} when rebuilt ({len(body):,} bytes, {snapshot.rows:,} rows)",
                )
            if source is None or name not in in_source:
                continue
            upstream = in_source[name].blob
            if upstream is None:
                file = read_body(source, in_source[name])
                if file != body:
                    differs(name, how_bodies_differ(file, body))
            elif upstream != blob:
                found = f"found {blob.hex()} when rebuilt"
                differs(name, f"expected git blob {upstream.hex()} as in the source, {found}")
    except (IndexError, TypeError, ValueError, zlib.error) as error:
        if isinstance(error, SourceError):
            raise
        differs("", f"cannot be rebuilt after {len(rebuilt):,} snapshots: {error!r}")
    for name in sorted(expected - rebuilt):
        differs(name, f"is marked {outcomes[name].outcome} and has no snapshot")
    return Report(len(rebuilt), rows, size, differences)


def how_bodies_differ(file: bytes, rebuilt: bytes) -> str:
    """A sentence with the row counts and the first line that differs."""
    left, right = file.split(b"\n"), rebuilt.split(b"\n")
    line = next(
        (
            number
            for number, pair in enumerate(zip(left, right, strict=False), 1)
            if pair[0] != pair[1]
        ),
        min(len(left), len(right)),
    )
    return (
        f"expected {len(left) - 2:,} rows as in the file, rebuilt {len(right) - 2:,}; "
        f"the first difference is in line {line}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Command line; prints differences to stderr."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("database", type=Path)
    parser.add_argument("source", type=Path, nargs="?")
    given = parser.parse_args(arguments)
    try:
        report = check(given.database, given.source)
    except (SourceError, duckdb.Error) as error:
        print(error, file=sys.stderr)
        return 2
    for sentence in report.differences[:50]:
        print(sentence, file=sys.stderr)
    if len(report.differences) > 50:
        print(f"… and {len(report.differences) - 50:,} more", file=sys.stderr)
    print(
        f"{report.snapshots:,} snapshots rebuilt, {report.rows:,} rows, "
        f"{report.bytes / 1e9:.2f} GB; {len(report.differences):,} differences"
    )
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main())
