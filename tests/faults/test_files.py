"""Damaged files: loaded exactly as an independent reader reads them, or refused in a sentence."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import urlsafe_b64encode
from collections import defaultdict
from hashlib import md5
from random import Random

import duckdb
import pytest

from ingest.history.decode import decode
from ingest.history.encode import encode
from ingest.source import CATALOGUE, final_ranking
from league.fictional_season import fictional_arn
from tests.faults.damage import KINDS, damaged
from tests.helpers.invented_archive import files, made_up_snapshot
from tests.helpers.loading import League
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


def rows_of(league: League, table: str) -> dict[str, list[Row]]:
    """File -> its rows in a raw table: of each the columns that the file had."""
    found = defaultdict(list)
    ordered = f"(from raw.{table} order by leaderboard_arn, source_row)"
    for (row,) in league.ask(f"select found from {ordered} as found"):
        arn = row.pop("leaderboard_arn")
        row.pop("source_row")
        found[final_ranking(arn) if arn else CATALOGUE].append(as_in_the_file(row))
    return found


def as_in_the_file(row: dict[str, str | None]) -> Row:
    others = json.loads(row.pop("other_columns") or "{}")
    return {name: cell for name, cell in row.items() if cell is not None} | others


@pytest.fixture(scope="module", params=range(BATCHES), ids="batch {}".format)
def damaged_rankings(request, tmp_path_factory) -> tuple[League, dict[str, tuple[str, bytes]]]:
    """A league into which damaged final rankings were loaded: file -> damage and body."""
    league = League.invented(tmp_path_factory.mktemp("rankings"))
    boards = ("2121-1-Pro-qualifier", "2121-1-finale", "2121-5-wildcard")
    whole = [
        with_real_ids((league.archive / final_ranking(fictional_arn(board))).read_bytes())
        for board in boards
    ]
    damages = list(damaged(whole, BATCH, f"{SEED} {request.param}"))
    names = league.add_all(
        {f"damaged-{n}": body for n, (_, body) in enumerate(damages)}, status="CLOSED"
    )
    assert league.load() == 0
    return league, dict(zip(names, damages, strict=True))


def with_real_ids(body: bytes) -> bytes:
    """UserIds in AWS's form: 16 bytes in URL-safe base64, without padding."""

    def real(found: re.Match[bytes]) -> bytes:
        return urlsafe_b64encode(md5(found[0], usedforsecurity=False).digest())[:22]

    return re.sub(rb"\bfictional-[a-z-]+", real, body)


def misread(league: League, files: dict[str, tuple[str, bytes]]) -> list[str]:
    """What was loaded otherwise than it is read, or refused without a reason."""
    outcomes = {
        file: (outcome, reason)
        for file, outcome, *reason in league.ask(
            "select file, outcome, expected, found, place from raw.outcomes"
        )
    }
    rows = rows_of(league, "rankings")
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
    league, files = damaged_rankings
    assert not misread(league, files)
    with duckdb.connect(str(league.built)) as built:
        built.execute("delete from raw.rankings where source_row = 2")
    assert misread(league, files), "a row that is lost is not found"


@pytest.mark.parametrize("turn", range(10 if THOROUGH else 1))
@pytest.mark.parametrize("kind", KINDS if THOROUGH else list(KINDS)[::6])
def test_a_damaged_catalogue_is_read_exactly_or_refused_in_a_sentence(
    kind, turn, tmp_path, capsys
):
    league = League.invented(tmp_path)
    catalogue = league.archive / CATALOGUE
    body = KINDS[kind](catalogue.read_bytes(), Random(f"{SEED} {kind} {turn}"))
    catalogue.write_bytes(body)
    code = league.load()
    found = rows_of(league, "catalogue")
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
TOO_LARGE = ("a million columns", "a cell of a megabyte")


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_damaged_snapshot_is_rebuilt_byte_for_byte_or_in_quarantine(batch):
    """Between two that are whole, so that a mistake would show in those as well."""
    chance = Random(f"{SEED} {batch}")
    whole = [made_up_snapshot(chance, header) for header in HEADERS for _ in range(4)]
    for kind, body in damaged(whole, BATCH, f"{SEED} {batch}"):
        before, after = chance.choice(whole), chance.choice(whole)
        board = encode(files(before, body, after))
        outcome = board.files[1]
        expected = [before, body, after]
        if outcome.outcome == "quarantined":
            assert outcome.message and (kind in TOO_LARGE or not is_sound(body)), kind
            expected.remove(body)
        assert [rebuilt for _, rebuilt in decode(board)] == expected, kind


def is_sound(body: bytes) -> bool:
    """Whether a plain reader finds nothing wrong with a snapshot."""
    try:
        text = body.decode()
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
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
