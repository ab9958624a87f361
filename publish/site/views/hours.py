"""The month's race around the cut-off, hour by hour; nothing without the history.

Each race is two pictures beside each other: the whole month, in which the score falls by a
factor, on a logarithmic scale, and its last two days, in which the two lines part.
The SVG is made here and not by a library: its colours are classes of site.css, light, dark
and on paper, and the page's policy allows no style inside a picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, log

from publish.site.read import Row
from publish.site.views import grouped
from publish.site.words import moment, seconds

HEIGHT = 170
TOP, BOTTOM = 16, 142
# From left to right, in the units of the picture.
MONTH, END = (34, 128), (168, 266)
WIDTH = 316
ENLARGED = timedelta(hours=48)
STEPS_S = [step * 10**power for power in range(-3, 4) for step in (1, 2, 5)]
TICKS_S = [base * 10**power for power in range(5) for base in (1, 2, 5)]
# Two labels at the ends of the lines need so much from one line of text to the next.
LABEL_HEIGHT = 11


@dataclass(frozen=True)
class Frame:
    """One of the two pictures: where an hour and a score are in it."""

    x: Callable[[datetime], float]
    y: Callable[[float], float]
    hours: list[Row]

    def path(self, column: str) -> str:
        """Steps: a score stands until it is beaten, so only its changes are drawn."""
        steps, before = [], None
        for hour in self.hours:
            score = hour[column]
            if score != before or hour is self.hours[-1]:
                x = self.x(hour["snapshot_at_utc"])
                to = f"V{self.y(score):.1f}" if score else ""
                steps.append(f"H{x:.1f}{to}" if before else to and f"M{x:.1f} {to[1:]}")
            before = score
        return "".join(steps)

    def drawn(self, ticks: list[float], days: list[datetime]) -> dict:
        return {
            "cutoff": self.path("cutoff_score_ms"),
            "next": self.path("next_score_ms"),
            "ticks": [(f"{tick:g}", f"{self.y(1000 * tick):.1f}") for tick in ticks],
            "days": [(f"{day.day} {day:%b}", f"{self.x(day):.1f}") for day in days],
        }


def races_by_hour(cutoffs: list[Row]) -> list[dict]:
    """A picture each of the races of a season whose hours were loaded."""
    return [
        _race(name, hours)
        for (_, _, name), hours in grouped(cutoffs, "prize", "round_number", "round_name")
        if len(hours) > 1 and any(_scores(hours))
    ]


def _race(name: str, hours: list[Row]) -> dict:
    first, last = hours[0]["snapshot_at_utc"], hours[-1]["snapshot_at_utc"]
    low, high = min(_scores(hours)), max(_scores(hours))
    late = [hour for hour in hours if hour["snapshot_at_utc"] >= last - ENLARGED]
    end = hours[-1]
    return {
        "name": name,
        "end": end,
        "label": f"{name}: the score at the cut-off fell from {seconds(high)} to "
        f"{seconds(low)} between {moment(first)} and {moment(last)}.",
        "month": _whole(hours, low, high),
        "late": _enlarged(late) if any(_scores(late)) else None,
    }


def _whole(hours: list[Row], low: int, high: int) -> dict:
    first, last = hours[0]["snapshot_at_utc"], hours[-1]["snapshot_at_utc"]
    fall = log(high / low) or 1
    frame = Frame(
        _across(MONTH, first, last),
        lambda score: BOTTOM - (BOTTOM - TOP) * log(score / low) / fall,
        hours,
    )
    ticks = [tick for tick in TICKS_S if low <= 1000 * tick <= high]
    return frame.drawn(ticks, [first, last])


def _enlarged(hours: list[Row]) -> dict:
    first, last = hours[0]["snapshot_at_utc"], hours[-1]["snapshot_at_utc"]
    low, high = min(_scores(hours)), max(_scores(hours))
    span = (high - low) or 1
    # A line that ends at its lowest does not lie on the axis.
    frame = Frame(
        _across(END, first, last),
        lambda score: BOTTOM - 8 - (BOTTOM - TOP - 8) * (score - low) / span,
        hours,
    )
    step = next((s for s in STEPS_S if 1000 * s * 3 >= span), STEPS_S[-1])
    lowest = ceil(low / 1000 / step)
    ticks = [round(step * number, 3) for number in range(lowest, lowest + 4)]
    midnights = [
        (first + timedelta(days=days)).replace(hour=0, minute=0, second=0)
        for days in range(1, 4)
    ]
    return {
        **frame.drawn(
            [tick for tick in ticks if 1000 * tick <= high],
            [midnight for midnight in midnights if first <= midnight <= last],
        ),
        "labels": _labels(frame, hours[-1]),
    }


def _across(between: tuple[int, int], first: datetime, last: datetime) -> Callable:
    left, right = between
    return lambda at: left + (right - left) * ((at - first) / ((last - first) or 1))


def _labels(frame: Frame, end: Row) -> list[tuple[str, str, str]]:
    """Class, words and height of what stands at the end of each line: the slower one higher."""
    lines = (("next", "next"), ("cutoff", "last in"))
    at = [frame.y(end[f"{of}_score_ms"]) for of, _ in lines if end[f"{of}_score_ms"]]
    if len(at) == 2 and at[1] - at[0] < LABEL_HEIGHT:
        middle = min(sum(at) / 2, BOTTOM - LABEL_HEIGHT / 2)
        at = [middle - LABEL_HEIGHT / 2, middle + LABEL_HEIGHT / 2]
    there = [line for line in lines if end[f"{line[0]}_score_ms"]]
    return [(f"at-{of}", words, f"{y:.1f}") for (of, words), y in zip(there, at, strict=True)]


def _scores(hours: list[Row]) -> list[int]:
    columns = ("cutoff_score_ms", "next_score_ms")
    return [hour[column] for hour in hours for column in columns if hour[column]]
