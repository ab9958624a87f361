"""From which snapshot to which a row stays as it is, and in which order rows stand."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np


@dataclass
class RowVersions:
    """The row versions of a board so far, one list per column, and their order of position as
    a linked list: `next[version]` is the one below, -1 the end. Version 0 is only the head of
    that list.

    open: text -> its version that is valid in the last snapshot.
    rows: the texts' numbers in the last snapshot, in order. on_board: whether a text is in it.
    """

    text: list[int] = field(default_factory=lambda: [-1])
    valid_from: list[int] = field(default_factory=lambda: [0])
    valid_to: list[int] = field(default_factory=lambda: [0])
    next: list[int] = field(default_factory=lambda: [-1])
    open: dict[int, int] = field(default_factory=dict)
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    on_board: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def add_snapshot(self, number: int, rows: np.ndarray) -> None:
        """Add the next snapshot: its texts' numbers, all different, in order."""
        known = len(self.on_board)
        size = max(known, int(rows.max()) + 1) if len(rows) else known
        before = np.concatenate([self.on_board, np.zeros(size - known, bool)])
        kept = np.zeros(size, bool)
        kept[rows] = True
        kept &= before
        order_before, order_now = self.rows[kept[self.rows]], rows[kept[rows]]
        if not np.array_equal(order_before, order_now):
            kept[order_now[~in_common_order(order_before, order_now)]] = False
        for text in self.rows[~kept[self.rows]].tolist():
            self.valid_to[self.open.pop(text)] = number - 1
        for row in np.flatnonzero(~kept[rows]).tolist():
            above = self.open[int(rows[row - 1])] if row else 0
            self._insert(number, int(rows[row]), above)
        self.rows, self.on_board = rows, kept
        self.on_board[rows] = True

    def _insert(self, number: int, text: int, above: int) -> None:
        self.open[text] = len(self.text)
        self.text.append(text)
        self.valid_from.append(number)
        self.valid_to.append(0)
        self.next.append(self.next[above])
        self.next[above] = self.open[text]

    def in_order(self, snapshots: int) -> Iterator[tuple[int, int, int]]:
        """(text, valid_from, valid_to) of every row version, top to bottom, once all
        `snapshots` are added."""
        at = self.next[0]
        while at != -1:
            yield self.text[at], self.valid_from[at], self.valid_to[at] or snapshots
            at = self.next[at]


def in_common_order(before: np.ndarray, since: np.ndarray) -> np.ndarray:
    """Which elements of `since` can keep their position: a longest run of them that stands in
    the same order in `before` (both hold the same elements). Boolean, one per element."""
    index = np.empty(int(before.max()) + 1, np.int64)
    index[before] = np.arange(len(before))
    order = index[since].tolist()
    tails: list[int] = []  # smallest possible last value of an increasing run, per length
    ends: list[int] = []
    back = array("q", [-1]) * len(order)
    for at, value in enumerate(order):
        length = bisect_left(tails, value)
        if length == len(tails):
            tails.append(value)
            ends.append(at)
        else:
            tails[length], ends[length] = value, at
        back[at] = ends[length - 1] if length else -1
    keeps = np.zeros(len(order), bool)
    at = ends[-1] if ends else -1
    while at != -1:
        keeps[at] = True
        at = back[at]
    return keeps
