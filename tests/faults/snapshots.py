"""Damaged hourly snapshots: loaded exactly, or in quarantine with a reason.

What was loaded is held against a reader of its own, which knows nothing of the project's:
each row with its rank, cell by cell, and the file's bytes.
"""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import duckdb

from ingest.file import git_blob
from ingest.history.decode import decode, read_board
from ingest.history.load import load
from ingest.history.snapshot_csv import KNOWN_COLUMNS
from ingest.source import LEADERBOARDS, MAX_COLUMNS, MAX_LINE_BYTES
from tests.faults.finals import independent
from tests.faults.mutations import Mutant, mutants
from tests.faults.report import Tally

MANY, FEW = 1_530, 102
BOARD = "arn:aws:deepracer:::leaderboard/00000000-{:04d}"
HOURS = 30  # files on a board; every third is whole, so that the damaged ones have neighbours
HEADERS = [
    "Rank,Alias,UserId,SubmissionTime,LapCount,AvgLapTime,RankingScore",
    "Alias,SubmissionCount,Rank,LeaderboardSubmissionStatusType,RankingScore,UserId",
    "Rank,Alias,SubmissionTime,RankingScore",
]


def try_snapshots(work: Path, seed: int, short: bool) -> Tally:
    """Damaged snapshots among whole ones, on many boards, loaded in two halves."""
    tally = Tally("hourly snapshots, damaged")
    chance = random.Random(seed)
    whole = [made_up_snapshot(chance, header) for header in HEADERS for _ in range(4)]
    some = {}
    for mutant in mutants(whole, FEW if short else MANY, seed):
        board, hour = divmod(mutant.number, HOURS // 3 * 2)
        some[BOARD.format(board), name_of(hour // 2 * 3 + hour % 2)] = mutant
    bodies = {place: mutant.body for place, mutant in some.items()}
    for board in sorted({board for board, _ in some}):
        for hour in range(2, HOURS, 3):
            bodies[board, name_of(hour)] = chance.choice(whole)
    places = chance.sample(sorted(bodies), len(bodies))
    for half in (places[::2], places[1::2]):
        for board, name in half:
            target = work / "archive" / LEADERBOARDS / board / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(bodies[board, name])
        load(work / "h.duckdb", work / "archive")
    _hold_against(tally, work / "h.duckdb", bodies, some, whole)
    return tally


def made_up_snapshot(chance: random.Random, header: str) -> bytes:
    """A whole snapshot of a few made-up racers."""
    rows = [header]
    for rank in range(1, chance.randint(3, 60)):
        alias = chance.choice([f"Racer-{rank}", "NULL", "Größe", '"One, ""two"""', str(rank)])
        cells = {"Rank": str(rank), "Alias": alias, "UserId": f"user{rank:018d}"}
        cells["LeaderboardSubmissionStatusType"] = "SUCCESS"
        rows.append(
            ",".join(cells.get(n, str(chance.randint(1, 99))) for n in header.split(","))
        )
    return "\n".join([*rows, ""]).encode()


def name_of(hour: int) -> str:
    return f"2031-05-{1 + hour // 24:02d}T{hour % 24:02d}:00:00Z.csv"


def _hold_against(
    tally: Tally,
    database: Path,
    bodies: dict[tuple[str, str], bytes],
    some: dict[tuple[str, str], Mutant],
    whole: list[bytes],
) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        for board in sorted({board for board, _ in bodies}):
            held = read_board(connection, board)
            rebuilt = (
                {f"{s.snapshot_at}.csv": body for s, body in decode(held)} if held else {}
            )
            outcomes = {o.file_name: o for o in held.outcomes} if held else {}
            for name in sorted(name for other, name in bodies if other == board):
                body, mutant = bodies[board, name], some.get((board, name))
                outcome = outcomes.pop(name, None)
                wrong = None
                if outcome is None or outcome.git_blob != git_blob(body):
                    seen, wrong = "lost", "no outcome of it"
                elif outcome.outcome == "quarantined":
                    seen = "quarantined"
                    wrong = None if outcome.message else "no reason given"
                    if wrong is None and _is_sound(body):
                        wrong = f"sound, and yet quarantined: {outcome.message}"
                else:
                    seen = _kind(outcome.outcome, body, whole)
                    wrong = _differs(connection, board, name, body, rebuilt.get(name))
                if mutant:
                    wrong = wrong and f"mutant {mutant.number}: {wrong}"
                    tally.add(mutant.kind, seen, wrong)
                elif wrong:
                    tally.failures.append(f"a whole file among damaged ones: {wrong}")
            if outcomes:
                tally.failures.append(f"{len(outcomes)} outcomes of files that never were")


def _kind(outcome: str, body: bytes, whole: list[bytes]) -> str:
    if outcome == "empty" or body in whole:
        return outcome if outcome == "empty" else "as it was"
    return "loaded exactly; only the git blob of a clone would show the change"


def _differs(
    connection: duckdb.DuckDBPyConnection, board: str, name: str, body: bytes, rebuilt: bytes
) -> str | None:
    """What of a loaded file is not as the independent reader has it, or None."""
    if rebuilt != body:
        return "rebuilt with other bytes"
    if not body.strip():
        return None
    header, *rows = independent(body)
    found = _shown(connection, board, name[: -len("Z.csv")])
    expected = [_stored(header, row) for row in rows]
    if found != expected:
        at = next(
            (
                n
                for n, pair in enumerate(zip(found, expected, strict=False))
                if pair[0] != pair[1]
            ),
            -1,
        )
        return f"{len(found)} rows stored, {len(expected)} read; row {at} differs"
    return None


def _shown(
    connection: duckdb.DuckDBPyConnection, board: str, moment: str
) -> list[list[object]]:
    """The rows of one snapshot as the tables have them, rank first, null where it is no whole
    number: a row's position, unless a rank run says otherwise."""
    number, has_rank = connection.execute(
        "select snapshot_no, has_rank from history.snapshot "
        "where leaderboard_arn = ? and snapshot_at = ?",
        [board, moment],
    ).fetchone()
    runs = connection.execute(
        "select from_row, rank from history.rank_run "
        "where leaderboard_arn = ? and snapshot_no = ? order by from_row",
        [board, number],
    ).fetchall()
    rows = connection.execute(
        f"select {', '.join(KNOWN_COLUMNS.values())}, other_columns from history.row_version "
        "where leaderboard_arn = ? and ? between valid_from and valid_to "
        "order by position",
        [board, number],
    ).fetchall()
    shown: list[list[object]] = []
    for position, row in enumerate(rows, 1):
        start, first = next((run for run in reversed(runs) if run[0] <= position), (1, 1))
        rank = None if first is None else first + position - start
        shown.append([rank if has_rank else None, *row])
    return shown


def _stored(header: list[str], row: list[str]) -> list[object]:
    cells = dict(zip(header, row, strict=True))
    rank = cells.pop("Rank", None)
    plain = rank and rank.isascii() and rank.isdigit() and str(int(rank)) == rank
    ours = [cells.pop(column, None) for column in KNOWN_COLUMNS]
    other = json.dumps(cells, ensure_ascii=False, separators=(",", ":")) if cells else None
    return [int(rank) if plain and len(rank) < 19 else None, *ours, other]


def _is_sound(body: bytes) -> bool:
    """Whether a plain reader finds nothing wrong with a snapshot."""
    try:
        text = body.decode()
        rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return False
    header = rows[0] if rows else []
    return (
        "\0" not in text
        and not text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}")
        and header not in rows[1:]
        and {"Rank", *KNOWN_COLUMNS} & set(header) != set()
        and len(set(header)) == len(header) <= MAX_COLUMNS
        and all(len(row) == len(header) for row in rows)
        and max(len(line) for line in body.split(b"\n")) <= MAX_LINE_BYTES
    )
