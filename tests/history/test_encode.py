"""Snapshots to rows and back: nothing is lost, whatever upstream does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.history.decode import decode
from ingest.history.encode import encode
from ingest.history.snapshot import RankRun, csv_line, find_rank_runs, write_ranks
from tests.helpers.invented_archive import HEADER, LATE_HEADER, files, snapshot


def row_versions(*bodies: bytes) -> list[tuple[str, int, int]]:
    board = encode(files(*bodies))
    return [
        (text.decode(), first, last)
        for text, first, last in zip(
            board.texts, board.valid_from, board.valid_to, strict=True
        )
    ]


def outcomes(*bodies: bytes) -> list[str]:
    return [outcome.outcome for outcome in encode(files(*bodies)).files]


def messages(*bodies: bytes) -> list[str | None]:
    return [outcome.message for outcome in encode(files(*bodies)).files]


def assert_rebuilt(*bodies: bytes) -> None:
    board = encode(files(*bodies))
    assert not [outcome.message for outcome in board.files if outcome.message]
    assert [body for _, body in decode(board)] == list(bodies)


def test_a_row_that_only_changes_rank_is_one_version():
    assert row_versions(
        snapshot("1,Ann,5,100,a"),
        snapshot("1,Bea,6,90,b", "2,Ann,5,100,a"),
    ) == [("Bea,6,90,b", 2, 2), ("Ann,5,100,a", 1, 2)]


def test_improving_and_renaming_start_new_versions():
    assert row_versions(
        snapshot("1,Ann,5,100,a", "2,Bea,6,110,b"),
        snapshot("1,Bea,7,95,b", "2,Ann,5,100,a"),
        snapshot("1,Queen B,7,95,b", "2,Ann,5,100,a"),
    ) == [
        ("Queen B,7,95,b", 3, 3),
        ("Bea,7,95,b", 2, 2),
        ("Ann,5,100,a", 1, 3),
        ("Bea,6,110,b", 1, 1),
    ]


def test_a_racer_who_vanishes_and_returns_has_two_versions():
    ann, bea = "Ann,5,100,a", "Bea,6,110,b"
    assert row_versions(
        snapshot(f"1,{ann}", f"2,{bea}"),
        snapshot(f"1,{bea}"),
        snapshot(f"1,{ann}", f"2,{bea}"),
    ) == [(ann, 3, 3), (ann, 1, 1), (bea, 1, 3)]


def test_ties_that_swap_move_only_as_few_rows_as_needed():
    rows = ["Ann,5,100,a", "Bea,6,100,b", "Cat,7,100,c"]
    swapped = [rows[2], rows[0], rows[1]]
    before = snapshot(*(f"{rank},{row}" for rank, row in enumerate(rows, 1)))
    after = snapshot(*(f"{rank},{row}" for rank, row in enumerate(swapped, 1)))
    assert sorted(row_versions(before, after)) == [
        (rows[0], 1, 2),
        (rows[1], 1, 2),
        (rows[2], 1, 1),
        (rows[2], 2, 2),
    ]
    assert_rebuilt(before, after, before)


def test_outcomes_tell_loaded_unchanged_empty_and_quarantined_apart():
    body = snapshot("1,Ann,5,100,a")
    found = outcomes(body, body, b"\n", b"\n", b"", b"<html>", body, body)
    first, second = ["loaded", "unchanged"], ["empty", "empty", "empty", "quarantined"]
    assert found == [*first, *second, *first]


def test_a_broken_file_leaves_no_rows_and_the_next_is_compared_with_the_last_good_one():
    body = snapshot("1,Ann,5,100,a")
    broken = snapshot("1,Bea,5,90,b", "2,Ann,5")
    assert outcomes(body, broken, body) == ["loaded", "quarantined", "unchanged"]
    assert row_versions(body, broken, body) == [("Ann,5,100,a", 1, 2)]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<!DOCTYPE html>\n<p>404</p>\n", "Expected a header with columns"),
        (snapshot("1,Ann,5,100"), "Expected 5 fields in line 2, found 4"),
        (snapshot("1,Ann,5,100,a", "2,Bea,5,1,1,b"), "Expected 5 fields in line 3, found 6"),
        (snapshot("1,Ann,5,100,a", ""), "Expected 5 fields in line 3, found 1"),
        (snapshot('1,"Ann,5,100,a'), "Expected CSV, found a fault"),
        (snapshot('1,"An""n",5,100'), "Expected 5 fields in line 2, found 4"),
        (
            snapshot("1,B,4,2,b", "2,A,5,1,a").replace(b"A,", b"\xff,"),
            "Expected UTF-8 text, found byte 0xff in line 3",
        ),
        (
            snapshot("1,B,4,2,b", '2,"A",5,1,a').replace(b'"A"', b'"\xff"'),
            "Expected UTF-8 text, found byte 0xff in line 3",
        ),
        (snapshot("1,A\0,5,100,a"), "found a NUL byte in line 2"),
        (snapshot('1,"A\0",5,100,a'), "found a NUL byte in line 2"),
        (snapshot("1,A,A", header="Rank,Alias,Alias"), "found 'Alias' more than once"),
        (snapshot("1,A", header="Rank,Al\0ias"), "found a NUL byte in line 1"),
        (snapshot("A\0,1", header="Alias,Rank"), "found a NUL byte in line 2"),
        (snapshot("A,1\0", header="Alias,Rank"), "found a NUL byte in line 2"),
        (snapshot('"A",1\0', header="Alias,Rank"), "found a NUL byte in line 2"),
        (b"\n1,Ann,5,100,a\n", "Expected a header with columns"),
        (b"\xef\xbb\xbf" + snapshot("1,Ann,5,100,a"), "found a byte order mark in line 1"),
        (snapshot("1,Ann,5,100,a", HEADER, "2,Bea,6,1,b"), "found it again in line 3"),
        (snapshot('1,"Ann",5,100,a', HEADER), "found it again in line 3"),
        (
            snapshot("x", header="Rank," + ",".join(f"c{n}" for n in range(500))),
            "Expected at most 500 columns, found 501",
        ),
    ],
)
def test_a_broken_file_is_described(body: bytes, sentence: str):
    assert outcomes(body) == ["quarantined"]
    assert sentence in messages(body)[0]


@pytest.mark.parametrize(
    "bodies",
    [
        [b""],
        [b"\n"],
        [b"\r\n"],
        [b"\n\n \n"],
        [snapshot()],
        [HEADER.encode()],
        [snapshot("1,Ann,5,100,a")[:-1]],
        [snapshot("1,Ann,5,100,a").replace(b"\n", b"\r\n")],
        [snapshot("1,Ann,5,100,a").replace(b"\n", b"\r\n")[:-2]],
        [snapshot('1,"Ann, of ""Hill""\nside",5,100,a')],
        [snapshot('1,"needless",5,100,a')],
        [snapshot('1,in"side,5,100,a')],
        [snapshot('1,"a\rb",5,100,a')],
        [snapshot("1,Ann,5,9223372036854775808999,a", "2,Bea,6.0,1e3,b")],
        [snapshot("01,Ann,5,100,a", ",Bea,6,110,b", "x,Cat,7,120,c", "4,Dan,8,130,d")],
        [snapshot("1,Ann,5,100,a", "2,Ann,5,100,a", "3,Bea,5,100,b", "4,Ann,5,100,a")] * 2,
        [snapshot("1,Ann,5,100,a", "2,Ann,9,99,a")],
        [snapshot("1", "2", "3", header="Rank"), snapshot("1", "2", header="Rank")],
        [snapshot("1", "", header="Rank")],
        [snapshot("Ann", "Bea", header="Alias"), snapshot("Bea", "", header="Alias")],
        [snapshot("Ann,5", "Bea,6", header="Alias,SubmissionTime")],
        [snapshot("Ann,1", "Bea,2", header="Alias,Rank")] * 2,
        [snapshot("1,1", header="Alias,UserId"), snapshot("1,1", header="UserId,Alias")],
        [snapshot("1,x,y", header="Rank,Alias,Shoe size")],
        [b'Rank,Alias,"a,b"\n1,x,"y,z"\n'],
        [
            snapshot("Ann,5,17,1,SUCCESS,100,a", header=LATE_HEADER),
            snapshot("Ann,5,1,1,SUCCESS,100,a", header=LATE_HEADER),
            snapshot("1,1,1,1,1,1,1", "SUCCESS,2,SUCCESS,2,SUCCESS,2,2", header=LATE_HEADER),
            snapshot(
                "x,1,SUCCESS,1,SUCCESS,1,1", "y,2,SUCCESS,2,SUCCESS,2,2", header=LATE_HEADER
            ),
            snapshot("Ann,5,17,1,FAILURE,100,a", "Bea,1,1,2,SUCCESS,9,b", header=LATE_HEADER),
        ],
        [
            snapshot("1,22,1,2", header="Alias,LapCount,Rank,SubmissionCount"),
            snapshot("1,22,1,2", "x,1,2,22", header="Alias,LapCount,Rank,SubmissionCount"),
            snapshot("x,1,1,2", "2,22,2,2", header="Alias,LapCount,Rank,SubmissionCount"),
            snapshot(
                "x,1,1,,1", ",2,2,,2", header="Alias,LapCount,Rank,SubmissionCount,UserId"
            ),
            snapshot(
                "1,,1,,1", "2,,2,,2", header="Alias,LapCount,Rank,SubmissionCount,UserId"
            ),
        ],
        [
            snapshot("1,Ann,100,a", header="Rank,Alias,RankingScore,UserId"),
            snapshot("Ann,1,100,a", header="Alias,Rank,RankingScore,UserId"),
            snapshot("Ann,1,100", header="Alias,Rank,RankingScore"),
        ],
    ],
)
def test_odd_files_are_rebuilt_byte_for_byte(bodies: list[bytes]):
    assert_rebuilt(*bodies)


def test_a_move_of_the_rank_column_starts_no_new_versions():
    assert row_versions(
        snapshot("1,Ann,100,a", header="Rank,Alias,RankingScore,UserId"),
        snapshot("Ann,1,100,a", header="Alias,Rank,RankingScore,UserId"),
    ) == [("Ann,100,a", 1, 2)]


def test_a_file_with_usual_quotes_or_an_empty_one_needs_no_copy_of_itself():
    quoted = snapshot('1,"Ann, of ""Hill""",5,100,a').replace(b"\n", b"\r\n")
    snapshots = encode(files(quoted, b"", b"\n")).snapshots
    assert [found.as_written for found in snapshots] == [None] * 3
    assert snapshots[0].crlf


def test_ranks_are_written_down_only_where_they_do_not_count_up():
    assert find_rank_runs(7, [b"1", b"2", b"3"]) == []
    assert find_rank_runs(7, [b"1", b"1", b"2", b"x", b"7"]) == [
        RankRun(7, 2, 1, None),
        RankRun(7, 4, None, "x"),
        RankRun(7, 5, 7, None),
    ]


RANKS = (b"1", b"2", b"3", b"4", b"3001", b"", b"x", b"01", b"1.0", b"9" * 20, b"-1")


@given(st.lists(st.sampled_from(RANKS)))
def test_any_ranks_are_rebuilt(ranks: list[bytes]):
    assert write_ranks(len(ranks), find_rank_runs(1, ranks)) == ranks


# A random league: a small pool of racers and scores, so that ties, renames and returns happen.
HEADERS = [
    ["Rank", "Alias", "RankingScore", "UserId"],
    ["Alias", "LapCount", "Rank", "LeaderboardSubmissionStatusType", "RankingScore", "UserId"],
    ["Alias", "RankingScore", "Rank"],
    ["Alias", "LapCount", "Rank", "SubmissionCount"],
    ["Alias", "LapCount", "Rank", "SubmissionCount", "LapCount2"],
    ["Alias", "RankingScore"],
    ["RankingScore", "Rank", "Alias"],
    ["Rank"],
]
CELLS = {
    "Alias": st.sampled_from(
        ["Ann", "Bea", "1", "SUCCESS", "é", 'a"b', "a,b", "a\nb", "", " x "]
    ),
    "RankingScore": st.sampled_from(["1", "2", "2.0", "", "9223372036854775808"]),
    "UserId": st.sampled_from("abcdef"),
    "LapCount": st.sampled_from(["1", "2", "3"]),
    "LapCount2": st.sampled_from(["1", "2", "3"]),
    "SubmissionCount": st.sampled_from(["1", "", "2", "12"]),
    "LeaderboardSubmissionStatusType": st.sampled_from(["SUCCESS"] * 9 + ["1"]),
}


@st.composite
def leagues(draw) -> list[bytes]:
    bodies = []
    rows: dict[int, dict[str, str]] = {}
    names = draw(st.sampled_from(HEADERS))
    line_end = "\n"
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["", "", "", "", "", "header", "empty", "same", "crlf"]))
        if kind == "header":
            names = draw(st.sampled_from(HEADERS))
        if kind == "crlf":
            line_end = "\r\n"
        if kind == "empty" or (kind == "same" and bodies):
            bodies.append(
                draw(st.sampled_from([b"", b"\n"])) if kind == "empty" else bodies[-1]
            )
            continue
        for racer in draw(st.lists(st.integers(0, 9), max_size=4)):
            if racer in rows and draw(st.booleans()):
                del rows[racer]
            else:
                rows[racer] = {name: draw(cells) for name, cells in CELLS.items()}
        order = list(rows)
        if draw(st.integers(0, 2)):
            order.sort(key=lambda racer: (rows[racer]["RankingScore"], racer))
        else:
            order = draw(st.permutations(order))
        first_rank = draw(st.sampled_from([1, 1, 1, 1, 0, 99, 3001]))
        again = draw(st.sampled_from([len(order) + 1] * 3 + [2]))
        lines = [",".join(names)]
        for at, racer in enumerate(order):
            rank = str(first_rank + at - (at >= again))
            lines.append(csv_line((rows[racer] | {"Rank": rank})[name] for name in names))
        body = line_end.join([*lines, ""])
        if draw(st.integers(0, 9)) == 0:
            body = body[: -len(line_end)]
        bodies.append(body.encode())
    return bodies


@given(leagues())
def test_any_league_is_rebuilt_byte_for_byte(bodies: list[bytes]):
    board = encode(files(*bodies))
    good = []
    for body, file in zip(bodies, board.files, strict=True):
        if not file.message:
            good.append((file, body))
        # Only a blank line, which says nothing of how many empty cells it means, may be refused.
        assert not file.message or b"\n\n" in body or b"\r\n\r\n" in body, file.message
    rebuilt = list(decode(board))
    assert [body for _, body in rebuilt] == [body for _, body in good]
    # Encoding what was decoded gives the same rows.
    board.files = [file for file, _ in good]
    assert encode(good) == board
    for each in board.snapshots:
        versions = zip(board.valid_from, board.valid_to, strict=True)
        valid = sum(first <= each.snapshot_no <= last for first, last in versions)
        assert valid == each.row_count
