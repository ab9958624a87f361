"""The month's race around the cut-off, hour by hour; nothing without the history."""

from __future__ import annotations

from math import log

from publish.site.read import Row
from publish.site.views import grouped
from publish.site.words import day, moment

TICKS_S = [base * 10**power for power in range(4) for base in (1, 1.5, 2, 3, 5, 7)]


def races_by_hour(cutoffs: list[Row]) -> list[dict]:
    """The score at the cut-off over time, and the next one's, a race each."""
    charts = []
    for (_, name), hours in grouped(cutoffs, "round_number", "round_name"):
        scores = [
            hour[key]
            for hour in hours
            for key in ("cutoff_score_ms", "next_score_ms")
            if hour[key]
        ]
        if len(hours) < 2 or not scores:
            continue
        low, high = min(scores), max(scores)
        first, last = hours[0]["snapshot_at_utc"], hours[-1]["snapshot_at_utc"]

        def height(score: float) -> float:
            # The first hours are slower by a factor; seconds on a plain scale would be flat.
            return 20 + 160 * (1 - log(score / low) / (log(high / low) or 1))

        def path(column: str) -> str:
            """Steps: a score stands until it is beaten, so only its changes are drawn."""
            steps, before = [], None
            for hour in hours:
                score = hour[column]
                if score != before or hour is hours[-1]:
                    x = 640 * (hour["snapshot_at_utc"] - first) / (last - first)
                    to = f"V{height(score):.1f}" if score else ""
                    steps.append(f"H{x:.1f}{to}" if before else to and f"M{x:.1f} {to[1:]}")
                before = score
            return "".join(steps)

        charts.append(
            {
                "name": name,
                "end": hours[-1],
                "label": f"{name}: the score at the cut-off fell from {high / 1000:g} s to "
                f"{low / 1000:g} s between {moment(first)} and {moment(last)}.",
                "cutoff": path("cutoff_score_ms"),
                "next": path("next_score_ms"),
                "first": day(first),
                "last": day(last),
                "ticks": [
                    (f"{seconds:g} s", f"{height(1000 * seconds):.1f}")
                    for seconds in TICKS_S
                    if low <= 1000 * seconds <= high
                ],
            }
        )
    return charts
