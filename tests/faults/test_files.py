"""Damaged files: loaded exactly as an independent reader reads them, or refused in a sentence."""

from __future__ import annotations

import csv
import json
import re
from base64 import urlsafe_b64encode
from collections import defaultdict
from hashlib import md5, sha1
from pathlib import Path
from random import Random

import duckdb
import pytest

from ingest.source import CATALOGUE, LEADERBOARDS, final_ranking
from league import cli
from league.fictional_season import fictional_arn, invent, write_rows
from tests.faults.damage import KINDS, damaged
from tests.helpers.invented_archive import made_up_snapshot, moment
from tests.helpers.pipeline import call
from tests.helpers.thorough import SEED, THOROUGH

# So many files at once, as many of each kind; and how often.
BATCH = (2 if THOROUGH else 1) * len(KINDS)
BATCHES = 15 if THOROUGH else 1
Row = dict[str, str]


def read(body: bytes) -> list[Row]:
    """The rows of a CSV file by RFC 4180, a character at a time: column -> cell."""
    text = body.decode("utf-8").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    rows: list[list[str]] = []
    row: list[str] = []
    cell: list[str] = []
    quoted, at = False, 0
    while at < len(text):
        sign, following = text[at], text[at + 1 : at + 2]
        at += 1
        if quoted:
            if sign != '"':
                cell.append(sign)
            elif following == '"':
                cell.append('"')
                at += 1
            else:
                quoted = False
        elif sign == '"' and not cell:
            quoted = True
        elif sign in ",\r\n":
            row.append("".join(cell))
            cell = []
            if sign != ",":
                at += sign == "\r" and following == "\n"
                rows.append(row)
                row = []
        else:
            cell.append(sign)
    if row or cell:
        rows.append([*row, "".join(cell)])
    if not text.strip():
        return []
    header, *rows = rows
    return [dict(zip(header, row, strict=True)) for row in rows]


def rows_of(database: Path, table: str) -> dict[str, list[Row]]:
    """File -> its rows in a raw table: of each the columns that the file had."""
    ours = "leaderboard_arn, source_file, source_sha256, source_row, loaded_at_utc"
    found = defaultdict(list)
    with duckdb.connect(str(database), read_only=True) as built:
        query = built.execute(
            f"select source_file, * exclude ({ours}) from raw.{table} "
            "order by source_file, source_row"
        )
        names = [column[0] for column in query.description[1:]]
        for file, *cells in query.fetchall():
            found[file].append(as_in_the_file(dict(zip(names, cells, strict=True))))
    return found


def as_in_the_file(row: dict[str, str | None]) -> Row:
    others = json.loads(row.pop("other_columns") or "{}")
    return {name: cell for name, cell in row.items() if cell is not None} | others


@pytest.fixture(scope="module", params=range(BATCHES), ids="batch {}".format)
def damaged_rankings(request, tmp_path_factory) -> tuple[Path, dict[str, tuple[str, bytes]]]:
    """A database into which damaged final rankings were loaded: file -> damage and body."""
    work = tmp_path_factory.mktemp("rankings")
    invent(work)
    archive = work / "race-data"
    boards = ("2121-1-months-race", "2121-1-finale", "2121-5-wildcard")
    whole = [
        with_real_ids((archive / final_ranking(fictional_arn(board))).read_bytes())
        for board in boards
    ]
    files = {}
    with (archive / CATALOGUE).open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    over = next(row for row in rows if fictional_arn(boards[0]) in row)
    for number, damage in enumerate(damaged(whole, BATCH, f"{SEED} {request.param}")):
        arn = fictional_arn(f"damaged-{number}")
        rows.append([arn if cell == fictional_arn(boards[0]) else cell for cell in over])
        files[final_ranking(arn)] = damage
        (archive / final_ranking(arn)).parent.mkdir()
        (archive / final_ranking(arn)).write_bytes(damage[1])
    write_rows(archive / CATALOGUE, header, rows)
    given = ["--source", str(archive), "--seeds", str(work / "seeds")]
    assert call(cli.load, *given, "--data", str(work / "data")) == 0
    return work / "data/build/league.duckdb", files


def with_real_ids(body: bytes) -> bytes:
    """UserIds in AWS's form: 16 bytes in URL-safe base64, without padding."""

    def real(found: re.Match[bytes]) -> bytes:
        return urlsafe_b64encode(md5(found[0], usedforsecurity=False).digest())[:22]

    return re.sub(rb"\bfictional-[a-z-]+", real, body)


def misread(database: Path, files: dict[str, tuple[str, bytes]]) -> list[str]:
    """What was loaded otherwise than it is read, or refused without a reason."""
    with duckdb.connect(str(database), read_only=True) as built:
        outcomes = {
            file: (outcome, reason)
            for file, outcome, *reason in built.execute(
                "select file, outcome, expected, found, place from raw.outcomes"
            ).fetchall()
        }
    rows = rows_of(database, "rankings")
    wrong = []
    for file, (kind, body) in files.items():
        outcome, reason = outcomes[file]
        if outcome == "quarantined":
            right = all(reason) and file not in rows
        else:
            right = rows[file] == read(body)
        if not right:
            wrong.append(f"{kind}: {outcome} {reason}")
    return wrong


def test_a_damaged_final_ranking_is_loaded_exactly_or_in_quarantine(damaged_rankings):
    assert not misread(*damaged_rankings)


def test_a_load_that_loses_a_row_is_found(damaged_rankings):
    database, files = damaged_rankings
    with duckdb.connect(str(database)) as built:
        built.execute("delete from raw.rankings where source_row = 2")
    assert misread(database, files)


@pytest.mark.parametrize("turn", range(10 if THOROUGH else 1))
@pytest.mark.parametrize("kind", KINDS if THOROUGH else list(KINDS)[::4])
def test_a_damaged_catalogue_is_read_exactly_or_refused_in_a_sentence(
    kind, turn, tmp_path, capsys
):
    invent(tmp_path)
    catalogue = tmp_path / "race-data" / CATALOGUE
    body = KINDS[kind](catalogue.read_bytes(), Random(f"{SEED} {kind} {turn}"))
    catalogue.write_bytes(body)
    given = ["--source", str(tmp_path / "race-data"), "--seeds", str(tmp_path / "seeds")]
    code = call(cli.load, *given, "--data", str(tmp_path / "data"))
    found = rows_of(tmp_path / "data/build/league.duckdb", "catalogue")
    if code == 1:
        assert re.search(r"expected .+ found .+", capsys.readouterr().err, re.DOTALL)
        assert not found
    else:
        # A board that the catalogue lost may be one that a prize needs.
        assert code in (0, 3)
        assert found[CATALOGUE] == read(body)


HEADERS = (
    "Rank,Alias,UserId,SubmissionTime,LapCount,AvgLapTime,RankingScore",
    "Alias,SubmissionCount,Rank,LeaderboardSubmissionStatusType,RankingScore,UserId",
    "Rank,Alias,SubmissionTime,RankingScore",
)
HOURS = 30  # files on a board; every third is whole, so that the damaged ones have neighbours
TOO_LARGE = ("a million columns", "a cell of a megabyte")


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_damaged_snapshot_is_stored_exactly_or_in_quarantine(batch, league):
    chance = Random(f"{SEED} {batch}")
    whole = [made_up_snapshot(chance, header) for header in HEADERS for _ in range(4)]
    damages = damaged(whole, BATCH, f"{SEED} {batch}")
    files = {}
    for number, damage in enumerate(damages):
        board, hour = divmod(number, HOURS // 3 * 2)
        files[
            f"arn:aws:deepracer:::leaderboard/{board}",
            f"{moment(hour // 2 * 3 + hour % 2)}.csv",
        ] = damage
    for board in sorted({board for board, _ in files}):
        for hour in range(2, HOURS, 3):
            files[board, f"{moment(hour)}.csv"] = "whole", chance.choice(whole)
    places = chance.sample(sorted(files), len(files))
    archive = league.data / "hours"
    for half in (places[::2], places[1::2]):
        for place in half:
            path = archive / LEADERBOARDS / "/".join(place)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[place][1])
        done = league.history(archive)
        assert done.returncode == 0, done.stderr
    assert not misread_snapshots(league.built, files)
    check = ("python", "-m", "ingest.history.check", str(league.built), str(archive))
    assert league.run(*check).returncode == 0
    with duckdb.connect(str(league.built)) as built:
        built.execute("update history.row_version set alias = 'x' where position = 2")
    assert misread_snapshots(league.built, files), "a row stored otherwise is not found"


def misread_snapshots(database: Path, files: dict[tuple[str, str], tuple[str, bytes]]) -> list:
    with duckdb.connect(str(database), read_only=True) as built:
        outcomes = {
            (board, name): rest
            for board, name, *rest in built.execute(
                "select leaderboard_arn, file_name, outcome, message, git_blob "
                "from history.file"
            ).fetchall()
        }
        stored = snapshots(built)
    wrong = [f"{place}: never was" for place in outcomes.keys() - files.keys()]
    for place, (kind, body) in files.items():
        outcome, message, blob = outcomes[place]
        if blob != sha1(b"blob %d\0%b" % (len(body), body)).hexdigest():
            wrong.append(f"{kind}: another blob")
        elif outcome == "quarantined":
            if not message or (is_sound(body) and kind not in TOO_LARGE):
                wrong.append(f"{kind}: quarantined, {message}")
        elif stored[place] != [with_plain_rank(row) for row in read(body)]:
            wrong.append(f"{kind}: stored otherwise")
    return wrong


SNAPSHOTS = """
    select
        snapshot.leaderboard_arn,
        strftime(snapshot_at, '%Y-%m-%dT%H:%M:%SZ.csv') as file_name,
        case
            when not has_rank then null
            when rank_run.from_row is null then row_no
            else rank_run.rank + row_no - rank_run.from_row
        end as rank,
        standing.* exclude (
            leaderboard_arn, snapshot_no, row_no, valid_from, valid_to, position
        )
    from (
        select
            row_version.*,
            snapshot_no,
            row_number() over (
                partition by row_version.leaderboard_arn, snapshot_no order by position
            ) as row_no
        from history.row_version
        inner join history.snapshot
            on row_version.leaderboard_arn = snapshot.leaderboard_arn
            and snapshot_no between valid_from and valid_to
    ) as standing
    inner join history.snapshot using (leaderboard_arn, snapshot_no)
    asof left join history.rank_run
        on standing.leaderboard_arn = rank_run.leaderboard_arn
        and standing.snapshot_no = rank_run.snapshot_no
        and standing.row_no >= rank_run.from_row
    order by standing.leaderboard_arn, standing.snapshot_no, row_no
"""


def snapshots(built: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[Row]]:
    """Every snapshot as the tables have it: its rows, with their ranks."""
    query = built.execute(SNAPSHOTS)
    # user_id -> UserId, as the files have it.
    names = [
        column[0] if column[0] == "other_columns" else column[0].title().replace("_", "")
        for column in query.description[2:]
    ]
    found = defaultdict(list)
    for board, name, *cells in query.fetchall():
        found[board, name].append(as_in_the_file(dict(zip(names, cells, strict=True))))
    return found


def with_plain_rank(row: Row) -> dict[str, object]:
    """A row as it is stored: its rank as a number, left out where it is no plain one."""
    rank = row.get("Rank", "")
    others = {name: cell for name, cell in row.items() if name != "Rank"}
    is_plain = re.fullmatch(r"0|[1-9][0-9]{0,17}", rank)
    return {"Rank": int(rank)} | others if is_plain else others


def is_sound(body: bytes) -> bool:
    """Whether a plain reader finds nothing wrong with a snapshot."""
    try:
        text = body.decode()
        header, *rows = csv.reader(text.splitlines(keepends=True), strict=True)
    except (ValueError, csv.Error):
        return False
    return (
        "\0" not in text
        and not text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}")
        and header not in rows
        and not {"Rank", "Alias", "UserId"}.isdisjoint(header)
        and len(set(header)) == len(header)
        and all(len(row) == len(header) for row in rows)
    )
