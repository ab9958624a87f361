"""Load the hourly snapshots of the archive into schema `history` of a DuckDB database.

One board is one transaction: the outcomes of its files and the rows they led to are
committed together or not at all. A second run reads only files it has not seen. When a
board gets new files, its old snapshots are rebuilt from the database and the board is
encoded anew with all of them in order of time, so the order of arrival leaves no trace.

Two processes encode while this one, the only writer, inserts. They hand rows over as CSV
files in a temporary folder, which DuckDB reads faster than Python can pass objects.
"""

from __future__ import annotations

import argparse
import heapq
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime, timezone
from itertools import chain
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from ingest.history import encode
from ingest.history.schema import create_tables
from ingest.history.source import (
    Listed,
    Source,
    list_files,
    open_source,
    read_files,
    wrong_name,
)
from ingest.progress import bytes_read

TICK = 0.5  # seconds between updates of the progress bar
SMALL = 30_000_000  # bytes; below this starting processes costs more than it saves
PROCESSES = 2
NOTHING_NEW = 10  # exit code


Tally = Any
"""A shared array of two numbers, files and bytes (multiprocessing names no type for it)."""


class Summary(NamedTuple):
    """What a run did: files by outcome, and how many were known already."""

    outcomes: dict[str, int]
    known: int


class Damaged(ValueError):
    """Rows of a board that do not fit together; loading never leaves such rows."""


class Work(NamedTuple):
    """One board to encode: files to read, and what the database holds of it already."""

    board: str
    files: list[Listed]
    old: encode.Board | None


class Spooled(NamedTuple):
    """One board encoded: CSV files of its rows, the versions' by the columns they have."""

    board: str
    replaces: bool
    files: Path
    snapshots: Path
    rank_runs: Path
    versions: list[tuple[tuple[str, ...], Path]]
    outcomes: dict[str, int]


def load(database: Path, source: Path, progress: bool = True) -> Summary:
    """Load every snapshot of `source` that `database` does not hold yet.

    `source` is a folder in upstream's layout or a git clone. A file is new when its Arn and
    name are, or when its size (git: its blob) differs from the one loaded. Files that are no
    longer in the source stay in the history. Interrupt it as you like; run it again to go on.

    Raises SourceError when the source cannot be read, ValueError when the database file is
    named `history`, duckdb.Error when it cannot be written. A broken file raises nothing: it
    is quarantined, see `history.file`.
    """
    if database.stem == "history":
        raise ValueError(
            f"expected a database file with another name than {database}: in a file named "
            "history, DuckDB cannot tell the schema history from the database; rename it"
        )
    where = open_source(source)
    with duckdb.connect(str(database)) as connection:
        create_tables(connection)
        # One checkpoint at the end: each one in between packs the last rows anew.
        connection.execute("set checkpoint_threshold = '1GB'")
        work, known = plan(connection, where)
        if work:
            connection.execute(
                "insert into history.unfinished select ? "
                "where not exists (select 1 from history.unfinished)",
                [datetime.now(timezone.utc).replace(tzinfo=None)],
            )
        outcomes: Counter[str] = Counter()
        done = multiprocessing.get_context("spawn").Array("q", 2)
        total = sum(file.size for _, files in work for file in files)
        with (
            bytes_read("Reading the history", total, progress) as show,
            spool_folder(database) as spool,
        ):

            def tick() -> None:
                show(done[0], done[1])

            for board in encode_boards(connection, where, work, spool, done, tick):
                insert_board(connection, board)
                shutil.rmtree(board.files.parent)
                outcomes.update(board.outcomes)
                tick()
        connection.execute("delete from history.unfinished")
        if work:
            connection.execute("checkpoint")
    return Summary(dict(outcomes), known)


@contextmanager
def spool_folder(database: Path) -> Iterator[Path]:
    """A folder for rows on their way into the database, beside it. What a killed run left
    there is removed; nobody else can be using it while this run holds the database."""
    folder = database.with_name(database.name + ".spool")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def plan(
    connection: duckdb.DuckDBPyConnection, source: Source
) -> tuple[list[tuple[str, list[Listed]]], int]:
    """Boards with new files, the largest first so that none is left over at the end; and the
    number of files known already."""
    seen = {
        (board, name): (size, blob)
        for board, name, size, blob in connection.execute(
            "select leaderboard_arn, file_name, bytes, git_blob from history.file"
        ).fetchall()
    }
    new: dict[str, list[Listed]] = defaultdict(list)
    known = 0
    for file in list_files(source):
        size, blob = seen.get((file.board, file.name), (None, None))
        if size == file.size and file.blob in (None, blob):
            known += 1
        else:
            new[file.board].append(file)
    boards = [(board, sorted(files)) for board, files in new.items()]
    return sorted(boards, key=lambda item: -sum(file.size for file in item[1])), known


# --- reading a board back ------------------------------------------------------------------


def read_board(connection: duckdb.DuckDBPyConnection, board: str) -> encode.Board | None:
    """A board's rows as `encode.decode` takes them; None if the database has no file of it.

    Raises Damaged when the rows do not fit together.
    """

    def rows(query: str) -> list[tuple]:
        return connection.execute(query, [board]).fetchall()

    outcomes = rows(
        "select left(file_name, -4), outcome, bytes, git_blob, message from history.file "
        "where leaderboard_arn = ? order by file_name"
    )
    if not outcomes:
        return None
    snapshots = rows(
        "select snapshot_no, strftime(snapshot_at, '%Y-%m-%dT%H:%M:%SZ'), header, row_count, "
        "crlf, final_newline, as_written from history.snapshot where leaderboard_arn = ? "
        "order by snapshot_no"
    )
    runs = rows(
        "select snapshot_no, from_position, rank, rank_text from history.rank_run "
        "where leaderboard_arn = ? order by all"
    )
    result = encode.Board(
        [encode.Outcome(*row) for row in outcomes],
        [encode.Snapshot(*row) for row in snapshots],
        [encode.RankRun(*row) for row in runs],
    )
    if [row[0] for row in snapshots] != list(range(1, len(snapshots) + 1)):
        raise Damaged(
            f"expected snapshots of {board} numbered 1 to {len(snapshots)}, found others"
        )
    at = {name: number for number, name in enumerate(encode.KNOWN_COLUMNS, 2)}
    columns = {
        header: [at.get(name, name) for name in encode.read_shape(header).columns]
        for header in {snapshot.header for snapshot in result.snapshots}
        if header
    }
    ours = ", ".join(encode.KNOWN_COLUMNS.values())
    for row in rows(
        f"select first_snapshot, last_snapshot, {ours}, other_columns from history.version "
        "where leaderboard_arn = ? order by place"
    ):
        try:
            names = columns[result.snapshots[row[0] - 1].header]
            other = json.loads(row[-1]) if row[-1] else {}
            text = encode.cells_text(
                other[name] if isinstance(name, str) else row[name] for name in names
            )
        except (IndexError, KeyError, TypeError):
            raise Damaged(
                f"expected a version of {board} as its snapshots have it, found {row}"
            ) from None
        result.first.append(row[0])
        result.last.append(row[1])
        result.texts.append(text)
    return result


# --- encoding, in other processes ----------------------------------------------------------


def encode_boards(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    work: list[tuple[str, list[Listed]]],
    spool: Path,
    done: Tally,
    tick: Callable[[], None],
) -> Iterator[Spooled]:
    """Encode the boards, yielding each when it is ready. `done` counts files and bytes read;
    `tick` is called now and then to show them."""
    items = (Work(board, files, read_board(connection, board)) for board, files in work)
    if sum(file.size for _, files in work for file in files) < SMALL:
        for item in items:
            yield encode_work(source, item, spool, done)
        return
    others = multiprocessing.active_children()
    with ProcessPoolExecutor(
        PROCESSES, multiprocessing.get_context("spawn"), start_worker, (done,)
    ) as pool:
        running: set[Future[Spooled]] = set()
        try:
            for next_item in chain(items, [None]):
                if next_item:
                    running.add(pool.submit(encode_in_worker, source, next_item, spool))
                # One board more than processes, so that none waits for this one to insert.
                while len(running) > (PROCESSES if next_item else 0):
                    ready, running = wait(running, TICK, FIRST_COMPLETED)
                    yield from (future.result() for future in ready)
                    tick()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                if process not in others:
                    process.terminate()
            raise


def start_worker(done: Tally | None = None) -> None:
    """In a worker: remember where to count, leave Ctrl-C to the parent, and end when the
    parent is gone, which a killed parent cannot ask for."""
    global _done
    _done = done
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=end_after, args=(parent,), daemon=True).start()


def end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


_done: Tally | None = None  # in a worker; a shared tally cannot travel with each task


def encode_in_worker(source: Source, work: Work, spool: Path) -> Spooled:
    """`encode_work` with the worker's tally."""
    assert _done is not None
    return encode_work(source, work, spool, _done)


def encode_work(source: Source, work: Work, spool: Path, done: Tally) -> Spooled:
    """Encode one board and write its rows to CSV files in `spool`, counting what was read."""
    badly_named = {file.name: wrong_name(file.name) for file in work.files}
    good = [file for file in work.files if badly_named[file.name] is None]
    bad = [file for file in work.files if badly_named[file.name] is not None]
    fresh = counted((file for _, file in read_files(source, good)), done)
    outcomes = [
        (file.name, "quarantined", file.size, read.blob, badly_named[file.name])
        for file, read in read_files(source, bad)
    ]
    if work.old:
        # Files seen before that are not in the history keep their outcome.
        renewed = {file.name for file in work.files}
        outcomes += [
            (f"{old.moment}.csv", *old[1:])
            for old in work.old.outcomes
            if old.outcome == "quarantined" and f"{old.moment}.csv" not in renewed
        ]
        fresh = heapq.merge(fresh, old_files(work.old, renewed), key=lambda file: file.moment)
    board = encode.encode(fresh)
    outcomes += [(f"{new.moment}.csv", *new[1:]) for new in board.outcomes]
    folder = Path(tempfile.mkdtemp(dir=spool))
    new_names = {file.name for file in work.files}
    return Spooled(
        work.board,
        work.old is not None,
        spool_rows(folder / "files.csv", outcomes),
        spool_rows(folder / "snapshots.csv", snapshot_rows(board)),
        spool_rows(folder / "rank_runs.csv", board.rank_runs),
        spool_versions(folder, board),
        Counter(row[1] for row in outcomes if row[0] in new_names),
    )


def counted(files: Iterable[encode.File], done: Tally) -> Iterator[encode.File]:
    """Pass files on, counting them and their bytes."""
    for file in files:
        with done.get_lock():
            done[0] += 1
            done[1] += len(file.body)
        yield file


def old_files(old: encode.Board, renewed: set[str]) -> Iterator[encode.File]:
    """The files of the history, rebuilt, without those that will be read again."""
    for snapshot, body in encode.decode(old):
        if f"{snapshot.moment}.csv" not in renewed:
            yield encode.File(snapshot.moment, encode.blob_id(body), body)


def snapshot_rows(board: encode.Board) -> Iterator[tuple]:
    ranked = {
        header: bool(header) and encode.read_shape(header).rank_at is not None
        for header in {snapshot.header for snapshot in board.snapshots}
    }
    for s in board.snapshots:
        yield (
            s.number,
            s.moment,
            s.header,
            ranked[s.header],
            s.rows,
            s.crlf,
            s.final_newline,
            s.as_written,
        )


NULL = "\0"  # the one sign no cell can hold: files with it are quarantined


def spool_rows(path: Path, rows: Iterable[Iterable[object]]) -> Path:
    """Write rows as CSV: None as NULL, bytes as hexadecimal."""

    def cell(value: object) -> str:
        if value is None:
            return NULL
        return value.hex() if isinstance(value, bytes) else str(value)

    with open(path, "w", encoding="utf-8", newline="") as out:
        out.writelines(encode.csv_line(map(cell, row)) + "\n" for row in rows)
    return path


def spool_versions(folder: Path, board: encode.Board) -> list[tuple[tuple[str, ...], Path]]:
    """Write versions as CSV: first, last, place and then the text, which is CSV already."""
    columns = {
        header: encode.read_shape(header).columns
        for header in {snapshot.header for snapshot in board.snapshots}
        if header
    }
    lines: dict[tuple[str, ...], list[bytes]] = defaultdict(list)
    for place, (first, last, text) in enumerate(
        zip(board.first, board.last, board.texts, strict=True), 1
    ):
        names = columns[board.snapshots[first - 1].header]
        lines[names].append(b"%d,%d,%d,%b\n" % (first, last, place, text))
    paths = []
    for number, (names, found) in enumerate(lines.items()):
        paths.append((names, folder / f"versions_{number}.csv"))
        paths[-1][1].write_bytes(b"".join(found))
    return paths


# --- inserting -----------------------------------------------------------------------------


def insert_board(connection: duckdb.DuckDBPyConnection, board: Spooled) -> None:
    """Replace all rows of one board, in one transaction."""
    connection.execute("begin")
    try:
        if board.replaces:
            for table in ("file", "snapshot", "rank_run", "version"):
                connection.execute(
                    f"delete from history.{table} where leaderboard_arn = ?", [board.board]
                )
        insert(
            connection,
            board,
            board.files,
            "file",
            {"file_name": "", "outcome": "", "bytes": "bigint", "git_blob": "", "message": ""},
            "file_name, outcome, bytes, unhex(git_blob), message",
        )
        insert(
            connection,
            board,
            board.snapshots,
            "snapshot",
            {
                "no": "int",
                "moment": "",
                "header": "",
                "has_rank": "bool",
                "row_count": "int",
                "crlf": "bool",
                "final_newline": "bool",
                "as_written": "",
            },
            "no, strptime(moment, '%Y-%m-%dT%H:%M:%SZ'), header, has_rank, row_count, crlf, "
            "final_newline, unhex(as_written)",
        )
        insert(
            connection,
            board,
            board.rank_runs,
            "rank_run",
            {"no": "int", "from_position": "int", "rank": "bigint", "rank_text": ""},
            "no, from_position, rank, rank_text",
        )
        for names, path in board.versions:
            insert_versions(connection, board, names, path)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def insert_versions(
    connection: duckdb.DuckDBPyConnection, board: Spooled, names: tuple[str, ...], path: Path
) -> None:
    columns = {"first": "int", "last": "int", "place": "int"}
    columns |= {f"c{number}": "" for number in range(len(names))}
    at = {name: f"c{number}" for number, name in enumerate(names)}
    if not names:
        columns["nothing"] = ""
    cells = [at.get(name, "null") for name in encode.KNOWN_COLUMNS]
    other = [name for name in names if name not in encode.KNOWN_COLUMNS]
    if other:
        pairs = ", ".join(f"{quoted(name)}, {at[name]}" for name in other)
        cells.append(f"json_object({pairs})::varchar")
    else:
        cells.append("null")
    insert(
        connection, board, path, "version", columns, ", ".join([*list(columns)[:3], *cells])
    )


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def insert(
    connection: duckdb.DuckDBPyConnection,
    board: Spooled,
    path: Path,
    table: str,
    columns: dict[str, str],
    values: str,
) -> None:
    """Append `values` over the columns (name -> type, "" for text) of a spooled CSV file."""
    if not path.stat().st_size:
        return
    types = {name: kind or "varchar" for name, kind in columns.items()}
    connection.execute(
        f"""
        insert into history.{table}
        select ?, {values}
        from read_csv(
            ?, columns = {types}, auto_detect = false, header = false, delim = ',',
            quote = '"', escape = '"', comment = '', new_line = '\\n', nullstr = ?,
            allow_quoted_nulls = false, parallel = false, max_line_size = 8000000
        )
        """,
        [board.board, str(path), NULL],
    )


def main(arguments: list[str] | None = None) -> int:
    """Command line: load, then say what was loaded and what is in quarantine."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("database", type=Path)
    parser.add_argument("source", type=Path, help="folder in upstream's layout, or git clone")
    parser.add_argument(
        "--published",
        type=Path,
        help="end with 10 where nothing is new and this database has all of the history",
    )
    given = parser.parse_args(arguments)
    try:
        summary = load(given.database, given.source)
    except KeyboardInterrupt:
        print(
            "Interrupted. Boards that were done are kept; run again to go on.", file=sys.stderr
        )
        return 130
    except (ValueError, duckdb.Error) as error:
        print(error, file=sys.stderr)
        return 2
    found = ", ".join(f"{count:,} {what}" for what, count in sorted(summary.outcomes.items()))
    print(f"{found or 'nothing new'}; {summary.known:,} files were known")
    if summary.outcomes.get("quarantined"):
        print("See: select * from history.file where outcome = 'quarantined'", file=sys.stderr)
    if not summary.outcomes and given.published and has_all(given.published, summary.known):
        return NOTHING_NEW
    return 0


def has_all(published: Path, files: int) -> bool:
    """Whether the published database has the outcomes of as many files."""
    if not published.is_file():
        return False
    with duckdb.connect(str(published), read_only=True) as database:
        return database.execute("select count(*) from history.file").fetchone() == (files,)


if __name__ == "__main__":
    sys.exit(main())
