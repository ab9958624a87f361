"""Whatever a league does in its hours, its files come back byte for byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.history.decode import decode
from ingest.history.encode import encode
from tests.helpers.invented_archive import files

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


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in '",\n') else cell


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
            lines.append(",".join(quoted((rows[racer] | {"Rank": rank})[n]) for n in names))
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
    for snapshot in board.snapshots:
        versions = zip(board.valid_from, board.valid_to, strict=True)
        valid = sum(first <= snapshot.snapshot_no <= last for first, last in versions)
        assert valid == snapshot.row_count
