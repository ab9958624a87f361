"""`racer_story` against the files, for random racers: ranks, scores, cut-offs, hour by hour.

Every file of some boards is read in plain Python: nothing of the pipeline is used. Who a row is,
is found by the rules as docs/looking-back.md writes them: a UserId of 32 characters is read as
base64; a row without one is known by its submission, or else by the alias somebody bore at that
hour. Who is who is a fact and no result, so a later file may tell it.
"""

from __future__ import annotations

import base64
import bisect
import csv
import random
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache, lru_cache

import duckdb

from tests.helpers.pipeline import SHARED, Pipeline

FILES = SHARED / "race-data/raw_data/leaderboards"
CUT_OFF = 16
Row = dict[str, str]
# hour -> what is shown of the racer: rank, score, alias, score at the cut-off
Story = dict[str, set[tuple]]


def todays_id(written: str) -> str:
    """The first 22 characters as URL-safe base64, cut to 16 bytes, written without padding."""
    if len(written) != 32:
        return written
    first = base64.urlsafe_b64decode(written[:22] + "==")
    return base64.urlsafe_b64encode(first)[:22].decode()


def submission(row: Row) -> tuple[float, float]:
    """Time and score; no two rows without a time are the same."""
    time, score = row.get("SubmissionTime"), row.get("RankingScore")
    return float(time or "nan"), float(score or "nan")


@cache
def boards() -> list[str]:
    folders = {path.parent for path in FILES.glob("arn:*/*/*Z.csv")}
    return sorted(str(folder.relative_to(FILES)) for folder in folders)


@cache
def hours_of(board: str) -> list[str]:
    """The hours of the snapshots that have rows, in order."""
    files = sorted((FILES / board).glob("*Z.csv"))
    return [file.stem for file in files if file.stat().st_size > 1]


@lru_cache(maxsize=100)
def rows_of(board: str, name: str) -> list[Row]:
    """The rows of a file; none where it does not exist."""
    path = FILES / board / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        # DictReader takes three times as long, which counts where it is thousands of files.
        header, *rows = [row for row in csv.reader(lines) if row]
    return [dict(zip(header, row, strict=True)) for row in rows]


@cache
def with_ids(board: str) -> list[str]:
    """The hours of snapshots that have UserIds: all from some hour on, or none."""

    def has_ids(hour: str) -> bool:
        return bool(rows_of(board, hour)[0].get("UserId"))

    hours = hours_of(board)
    return hours[bisect.bisect_left(hours, True, key=has_ids) :]


@cache
def submissions(board: str) -> dict[tuple[float, float], set[str]]:
    """Submission -> racers: the final ranking, and the snapshots of the first two days
    with UserIds, in which whatever stood in files without is still shown."""
    found = defaultdict(set)
    for name in [*with_ids(board)[:48], "FINAL"]:
        for row in rows_of(board, name):
            if row.get("UserId"):
                found[submission(row)].add(todays_id(row["UserId"]))
    return found


@cache
def bearers(hour: str) -> dict[str, set[str]]:
    """Alias -> racers who bore it at `hour`: for each racer the last file until then that
    has both, or else the first one of the month after."""
    before: dict[str, tuple[str, str]] = {}
    after: dict[str, tuple[str, str]] = {}
    month_later = f"{datetime.fromisoformat(hour[:-1]) + timedelta(31):%FT%TZ}"
    for board in boards():
        hours = with_ids(board) if hours_of(board)[:1] < [month_later] else []
        until = [other for other in hours if other <= hour][-1:]
        since = [other for other in hours if hour < other < month_later][:1]
        for at in until + since:
            names = before if at <= hour else after
            for row in rows_of(board, at):
                racer = todays_id(row["UserId"])
                old = names.get(racer)
                if old is None or (at > old[0]) == (at <= hour):
                    names[racer] = (at, row["Alias"])
    found = defaultdict(set)
    for racer, (_, alias) in (after | before).items():
        found[alias].add(racer)
    return found


def racers_of(board: str, hour: str) -> list[str | None]:
    """The user_id of each row of a file, None where it is unknown."""
    rows = rows_of(board, hour)
    if all(row.get("UserId") for row in rows):
        return [todays_id(row["UserId"]) for row in rows]
    found: list[str | None] = []
    for row in rows:
        users = submissions(board).get(submission(row), set())
        if len(users) != 1:
            same = {submission(o) for o in rows if o["Alias"] == row["Alias"]}
            users = bearers(hour).get(row["Alias"], set()) if len(same) == 1 else set()
        found.append(next(iter(users)) if len(users) == 1 else None)
    return found


def stories(board: str, racers: set[str]) -> dict[str, Story]:
    """Where each of the racers stood, by every file of the board."""
    found: dict[str, Story] = {racer: defaultdict(set) for racer in racers}
    for hour in hours_of(board):
        rows = rows_of(board, hour)
        cut_off = rows[CUT_OFF - 1].get("RankingScore") if len(rows) >= CUT_OFF else None
        for row, racer in zip(rows, racers_of(board, hour), strict=True):
            if racer in racers:
                rank = int(float(row["Rank"])) if row.get("Rank") else None
                standing = (rank, row.get("RankingScore"), row["Alias"], cut_off)
                found[racer][hour].add(standing)
    return found


def choose(chance: random.Random) -> dict[str, set[str]]:
    """Board -> racers: of each kind of files some boards, of each board some racers. A quarter
    of the pairs have rows without a UserId and a quarter rows with one of 32 characters."""
    kinds: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for board in boards():
        hours = hours_of(board)
        for hour in sorted({*hours[:1], *chance.sample(hours, min(1, len(hours)))}):
            lengths = [len(row.get("UserId") or "") for row in rows_of(board, hour)]
            racers = list(zip(racers_of(board, hour), lengths, strict=True))
            for kind, of_kind in (("none", {0}), ("old", {32}), ("any", {0, 22, 32})):
                if known := [racer for racer, length in racers if racer and length in of_kind]:
                    kinds[kind].append((board, known))
    chosen: dict[str, set[str]] = defaultdict(set)
    for kind, racers_of_a_board in (("none", 5), ("old", 5), ("any", 9)):
        for board, racers in chance.sample(kinds[kind], min(12, len(kinds[kind]))):
            new = sorted(set(racers) - chosen[board])
            chosen[board] |= set(chance.sample(new, min(racers_of_a_board, len(new))))
    return chosen


def story_of(
    database: duckdb.DuckDBPyConnection, board: str, racer: str, hours: list[str]
) -> Story:
    """The same by racer_story, for the hours of the board's files."""
    story: Story = defaultdict(set)
    for first, last, *standing in database.execute(
        "select strftime(first_at, '%Y-%m-%dT%H:%M:%SZ'), strftime(last_at, "
        "'%Y-%m-%dT%H:%M:%SZ'), rank, ranking_score, alias, cut_off_score "
        "from racer_story(?, ?)",
        [board, racer],
    ).fetchall():
        for hour in hours:
            if first <= hour <= last:
                story[hour].add(tuple(standing))
    return story


def test_stories_of_random_racers_agree_with_the_files(archive: Pipeline):
    compared, snapshots = 0, 0
    with duckdb.connect(str(archive.published), read_only=True) as opened:
        for board, racers in choose(random.Random(8)).items():
            for racer, expected in stories(board, racers).items():
                assert story_of(opened, board, racer, hours_of(board)) == expected, racer
                compared += 1
                snapshots += len(expected)
    assert compared > 100
    assert snapshots > 10_000
