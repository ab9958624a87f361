"""Rank is the position of a row, but for a few stretches."""

from __future__ import annotations

from typing import NamedTuple


class RankRun(NamedTuple):
    """From `position` on ranks count up from `rank`; where Rank is not a plain whole number
    `rank` is None and `rank_text` holds the cell (of that one row)."""

    snapshot: int
    position: int
    rank: int | None
    rank_text: str | None


def find_runs(snapshot: int, ranks: list[bytes]) -> list[RankRun]:
    """Where ranks do not simply count up from 1: none for nearly every snapshot."""
    runs = []
    expected = b"1"
    for position, found in enumerate(ranks, 1):
        if found != expected or not expected:
            if found.isdigit() and len(found) < 19 and b"%d" % int(found) == found:
                runs.append(RankRun(snapshot, position, int(found), None))
            else:
                runs.append(RankRun(snapshot, position, None, found.decode()))
                expected = b""
                continue
        expected = b"%d" % (int(found) + 1)
    return runs


def write_ranks(count: int, runs: list[RankRun]) -> list[bytes]:
    """The Rank cells of a snapshot of `count` rows, from what `find_runs` found."""
    ranks = plain_ranks(count)
    ends = [run.position for run in runs[1:]] + [count + 1]
    for run, end in zip(runs, ends, strict=False):
        start = run.position - 1
        if run.rank is None:
            ranks[start] = (run.rank_text or "").encode()
        else:
            ranks[start : end - 1] = [
                b"%d" % rank for rank in range(run.rank, run.rank + end - 1 - start)
            ]
    return ranks


_plain = [b"%d" % number for number in range(1, 5001)]


def plain_ranks(count: int) -> list[bytes]:
    """b"1", b"2", … b"<count>"."""
    if count > len(_plain):
        return _plain + [b"%d" % number for number in range(len(_plain) + 1, count + 1)]
    return _plain[:count]
