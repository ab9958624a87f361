"""How long each text stays on the board, and in which order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Stays:
    """The stays of a board so far, one list per column, and their order of place as a linked
    list: `below[stay]` is the next stay, -1 the end. Stay 0 is only the head of that list."""

    text: list[int] = field(default_factory=lambda: [-1])
    first: list[int] = field(default_factory=lambda: [0])
    last: list[int] = field(default_factory=lambda: [0])
    below: list[int] = field(default_factory=lambda: [-1])
    open: dict[int, int] = field(default_factory=dict)  # text -> its stay in the last snapshot
    shown: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    on_board: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def show(self, snapshot: int, rows: np.ndarray) -> None:
        """Take in the next snapshot: its texts' numbers, all different, in order."""
        known = len(self.on_board)
        size = max(known, int(rows.max()) + 1) if len(rows) else known
        before = np.concatenate([self.on_board, np.zeros(size - known, bool)])
        stays = np.zeros(size, bool)
        stays[rows] = True
        stays &= before
        order_before, order_now = self.shown[stays[self.shown]], rows[stays[rows]]
        if not np.array_equal(order_before, order_now):
            stays[order_now[~in_common_order(order_before, order_now)]] = False
        for text in self.shown[~stays[self.shown]].tolist():
            self.last[self.open.pop(text)] = snapshot - 1
        for position in np.flatnonzero(~stays[rows]).tolist():
            above = self.open[int(rows[position - 1])] if position else 0
            self._insert(snapshot, int(rows[position]), above)
        self.shown, self.on_board = rows, stays
        self.on_board[rows] = True

    def _insert(self, snapshot: int, text: int, above: int) -> None:
        self.open[text] = len(self.text)
        self.text.append(text)
        self.first.append(snapshot)
        self.last.append(0)
        self.below.append(self.below[above])
        self.below[above] = self.open[text]

    def in_order(self, snapshots: int) -> Iterator[tuple[int, int, int]]:
        """(text, first, last) of every stay, top to bottom, once all `snapshots` are in."""
        stay = self.below[0]
        while stay != -1:
            yield self.text[stay], self.first[stay], self.last[stay] or snapshots
            stay = self.below[stay]


def in_common_order(before: np.ndarray, since: np.ndarray) -> np.ndarray:
    """Which elements of `since` can keep their place: a longest run of them that stands in
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
