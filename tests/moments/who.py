"""Who a row is, by the rules as they are written in docs/looking-back.md.

A UserId of 32 characters is read as base64. A row without one is known by its submission, or
else by the alias somebody bore at that hour. Who is who is a fact and no result, so a later file
may tell it.
"""

from __future__ import annotations

import base64
import bisect
from collections import defaultdict
from datetime import datetime, timedelta

from tests.moments.tree import Tree

Row = dict[str, str]
Submission = tuple[float, float]


def todays_id(written: str) -> str:
    """The first 22 characters as URL-safe base64, cut to 16 bytes, written without padding."""
    if len(written) != 32:
        return written
    return base64.urlsafe_b64encode(base64.urlsafe_b64decode(written[:22] + "=="))[
        :22
    ].decode()


def submission(row: Row) -> Submission:
    """Time and score; no two rows without a time are the same."""
    time, score = row.get("SubmissionTime"), row.get("RankingScore")
    return float(time or "nan"), float(score or "nan")


class Who:
    """Reads the archive; what it has read it remembers."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._submissions: dict[str, dict[Submission, set[str]]] = {}
        self._names: dict[str, dict[str, set[str]]] = {}
        self._with_ids: dict[str, list[str]] = {}

    def racers(self, board: str, hour: str, rows: list[Row]) -> list[str | None]:
        """The user_id of each row of a file of `board`, None where it is unknown."""
        if all(row.get("UserId") for row in rows):
            return [todays_id(row["UserId"]) for row in rows]
        known = self.submissions(board)
        found: list[str | None] = []
        for row in rows:
            users = known.get(submission(row), set())
            if len(users) != 1:
                same = [other for other in rows if other["Alias"] == row["Alias"]]
                users = self.bearers(hour).get(row["Alias"], set())
                if len({submission(other) for other in same}) > 1:
                    users = set()
            found.append(next(iter(users)) if len(users) == 1 else None)
        return found

    def submissions(self, board: str) -> dict[Submission, set[str]]:
        """Submission -> racers: the final ranking, and the snapshots of the first two days
        with UserIds, in which whatever stood in files without is still shown."""
        if board not in self._submissions:
            found: dict[Submission, set[str]] = defaultdict(set)
            files = [f"{board}/{hour}.csv" for hour in self.with_ids(board)[:48]]
            rows = [row for file in files for row in self.tree.rows(file)]
            for row in rows + self.tree.final(board):
                if row.get("UserId"):
                    found[submission(row)].add(todays_id(row["UserId"]))
            self._submissions[board] = found
        return self._submissions[board]

    def with_ids(self, board: str) -> list[str]:
        """The hours of snapshots that have UserIds: all from some hour on, or none."""
        if board not in self._with_ids:
            hours = [
                hour
                for hour in self.tree.hours.get(board, [])
                if not self.tree.is_empty(f"{board}/{hour}.csv")
            ]

            def has_ids(hour: str) -> bool:
                return bool(self.tree.rows(f"{board}/{hour}.csv")[0].get("UserId"))

            self._with_ids[board] = hours[bisect.bisect_left(hours, True, key=has_ids) :]
        return self._with_ids[board]

    def bearers(self, hour: str) -> dict[str, set[str]]:
        """Alias -> racers who bore it at `hour`: for each racer the last file until then that
        has both, or else the first one of the month after."""
        if hour not in self._names:
            before: dict[str, tuple[str, str]] = {}
            after: dict[str, tuple[str, str]] = {}
            month_later = f"{datetime.fromisoformat(hour[:-1]) + timedelta(31):%FT%TZ}"
            for board, all_hours in self.tree.hours.items():
                hours = self.with_ids(board) if all_hours[0] < month_later else []
                until = [other for other in hours if other <= hour][-1:]
                since = [other for other in hours if hour < other < month_later][:1]
                for at in until + since:
                    names = before if at <= hour else after
                    for row in self.tree.rows(f"{board}/{at}.csv"):
                        racer = todays_id(row["UserId"])
                        old = names.get(racer)
                        if old is None or (at > old[0]) == (at <= hour):
                            names[racer] = (at, row["Alias"])
            found: dict[str, set[str]] = defaultdict(set)
            for racer, (_, alias) in (after | before).items():
                found[alias].add(racer)
            self._names[hour] = found
        return self._names[hour]
