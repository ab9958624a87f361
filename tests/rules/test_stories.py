"""`racer_story` against the files, for random racers: ranks, scores, cut-offs, hour by hour.

Every file of some boards that has UserIds is read in plain Python: nothing of the pipeline is
used. A UserId of 32 characters is read as base64, as docs/looking-back.md writes. Who is meant
where there is none is a unit test of int_history_identities.
"""

from __future__ import annotations

import base64
import csv
import random
from collections import defaultdict
from pathlib import Path

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


def rows_of(file: Path) -> list[Row]:
    """The rows of a snapshot; none where they have no UserIds."""
    with file.open(encoding="utf-8", newline="") as lines:
        # DictReader takes three times as long, which counts where it is thousands of files.
        header, *rows = [row for row in csv.reader(lines) if row] or [[]]
    rows = [dict(zip(header, row, strict=True)) for row in rows]
    return rows if all(row.get("UserId") for row in rows) else []


def snapshots(board: str) -> dict[str, list[Row]]:
    """Hour -> the rows of its snapshot, where it has rows with UserIds."""
    found = {file.stem: rows_of(file) for file in sorted((FILES / board).glob("*Z.csv"))}
    return {hour: rows for hour, rows in found.items() if rows}


def stories(hours: dict[str, list[Row]], racers: set[str]) -> dict[str, Story]:
    """Where each of the racers stood, by every file of the board."""
    found: dict[str, Story] = {racer: defaultdict(set) for racer in racers}
    for hour, rows in hours.items():
        cut_off = rows[CUT_OFF - 1].get("RankingScore") if len(rows) >= CUT_OFF else None
        for row in rows:
            if (racer := todays_id(row["UserId"])) in racers:
                rank = int(float(row["Rank"])) if row.get("Rank") else None
                standing = (rank, row.get("RankingScore"), row["Alias"], cut_off)
                found[racer][hour].add(standing)
    return found


def choose(chance: random.Random, hours: dict[str, list[Row]]) -> set[str]:
    """Some racers of a board, half of them with a UserId of 32 characters, where there are any."""
    rows = [row for rows in chance.sample(list(hours.values()), 3) for row in rows]
    ids = sorted({row["UserId"] for row in rows})
    old = [user_id for user_id in ids if len(user_id) == 32]
    chosen = chance.sample(ids, min(8, len(ids))) + chance.sample(old, min(8, len(old)))
    return {todays_id(user_id) for user_id in chosen}


def story_of(
    database: duckdb.DuckDBPyConnection, board: str, racer: str, hours: dict[str, list[Row]]
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
    chance = random.Random(8)
    boards = sorted(
        {str(path.parent.relative_to(FILES)) for path in FILES.glob("arn:*/*/*Z.csv")}
    )
    compared = read = old = 0
    with duckdb.connect(str(archive.published), read_only=True) as opened:
        for board in chance.sample(boards, min(8, len(boards))):
            hours = snapshots(board)
            if len(hours) < 3:
                continue
            racers = choose(chance, hours)
            for racer, expected in stories(hours, racers).items():
                assert story_of(opened, board, racer, hours) == expected, racer
                compared += 1
                read += len(expected)
            old += any(len(row["UserId"]) == 32 for rows in hours.values() for row in rows)
    assert compared > 40
    assert read > 10_000
    assert old > 1, "boards with UserIds of 32 characters"
