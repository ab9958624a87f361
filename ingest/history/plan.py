"""Which files of a source the history does not hold yet."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import duckdb

from ingest.history.board import blob_id
from ingest.history.errors import Unreadable
from ingest.history.folder import read_body
from ingest.history.listed import Listed
from ingest.history.source import Source, list_files


class BoardPlan(NamedTuple):
    """What to do for one board: new files by name, and when each file of the source was
    changed, in nanoseconds since 1970 by name (empty for a git clone)."""

    board: str
    files: list[Listed]
    times: dict[str, int]

    @property
    def size(self) -> int:
        """Bytes to read."""
        return sum(file.size for file in self.files)


class Plan(NamedTuple):
    """Boards with new files, the largest first so that none is left over at the end; boards
    where only times are new; and the number of files known already."""

    boards: list[BoardPlan]
    only_times: list[BoardPlan]
    known: int


class _Seen(NamedTuple):
    size: int
    blob: bytes
    message: str | None
    changed_ns: int | None


def make_plan(connection: duckdb.DuckDBPyConnection, source: Source) -> Plan:
    """Compare the source with what was loaded.

    A file is known by its git blob, or by its size and time. Where only the time differs the
    file is read: a copied archive has new times and the same content.
    """
    seen = {
        (board, name): _Seen(*rest)
        for board, name, *rest in connection.execute(
            "select leaderboard_arn, file_name, bytes, git_blob, message, changed_ns "
            "from history.file left join history.file_time using (leaderboard_arn, file_name)"
        ).fetchall()
    }
    new: dict[str, list[Listed]] = defaultdict(list)
    times: dict[str, dict[str, int]] = defaultdict(dict)
    changed: set[str] = set()
    known = 0
    for file in list_files(source):
        before = seen.get((file.board, file.name))
        if file.changed_ns is not None:
            times[file.board][file.name] = file.changed_ns
        if before is None or not _is_same(source, file, before):
            new[file.board].append(file)
            continue
        known += 1
        if file.changed_ns is not None and before.changed_ns != file.changed_ns:
            changed.add(file.board)
    boards = [
        BoardPlan(board, sorted(files, key=lambda file: file.name), times[board])
        for board, files in new.items()
    ]
    return Plan(
        sorted(boards, key=lambda plan: -plan.size),
        [BoardPlan(board, [], times[board]) for board in sorted(changed - new.keys())],
        known,
    )


def _is_same(source: Source, file: Listed, before: _Seen) -> bool:
    if file.blob is not None:
        return file.blob == before.blob
    if before.blob and file.size != before.size:
        return False
    if before.blob and file.changed_ns == before.changed_ns:
        return True
    try:
        return blob_id(read_body(source.path, file)) == before.blob
    except Unreadable as reason:
        return str(reason) == before.message
