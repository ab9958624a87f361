"""The Pro qualifier around the cut-off in its last two days; nothing without the history.

The result is the final ranking, not the last snapshot: what changed in between is the story.
All panels of a season share one scale: hours before the end, and seconds around the time that
was needed in the end. The SVG is made here and not by a library: its colours are classes of
site.css, light, dark and on paper, and the page's policy allows no style inside a picture.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from publish.site.rows import Row, grouped
from publish.site.words import day, moment, seconds

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT = 44, 300
TOP, BOTTOM = 22, 152
SHOWN = timedelta(hours=48)
# The scale reaches at least so far, and no further, around the time needed in the end.
STEPS_MS = (200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
# Two labels at the ends of the lines need so much from one line of text to the next.
LABEL_HEIGHT = 11


def races_by_hour(cutoffs: list[Row], finals: list[Row]) -> list[dict]:
    """A picture each of the races of a season whose hours were loaded.

    finals: one row per round with the last one in and the next by the final ranking.
    """
    ends = {(row["prize"], row["round_number"]): row for row in finals}
    races = [
        (name, ends[prize, number], hours)
        for (prize, number, name), hours in grouped(
            cutoffs, "prize", "round_number", "round_name"
        )
        if (prize, number) in ends and any(hour["cutoff_score_ms"] for hour in hours)
    ]
    step = _step([(end, _late(hours)) for _, end, hours in races])
    return [_race(name, end, hours, step) for name, end, hours in races]


def _late(hours: list[Row]) -> list[Row]:
    last = hours[-1]["snapshot_at_utc"]
    return [hour for hour in hours if hour["snapshot_at_utc"] >= last - SHOWN]


def _step(races: list[tuple[Row, list[Row]]]) -> int:
    """From one line of the scale to the next, so that most of most races is in the picture."""
    falls = sorted(
        max(hour["next_score_ms"] or 0 for hour in hours) - end["cutoff_score_ms"]
        for end, hours in races
    )
    usual = falls[len(falls) // 2] if falls else 0
    return next((step for step in STEPS_MS if step * 3 >= usual), STEPS_MS[-1])


def _race(name: str, end: Row, hours: list[Row], step: int) -> dict:
    last = hours[-1]
    late = _late(hours)
    first_at, last_at = late[0]["snapshot_at_utc"], last["snapshot_at_utc"]
    end_at = max(last_at, end["ended_at_utc"] or last_at)
    needed = end["cutoff_score_ms"]

    def x(at: object) -> float:
        return RIGHT - (RIGHT - LEFT) * ((end_at - at) / (end_at - first_at or SHOWN))

    def y(score: float) -> float:
        # A quarter of the picture for what is faster: the line of the end is never on the axis.
        above = (score - needed) / (3.5 * step)
        return min(BOTTOM, max(TOP, BOTTOM - 20 - (BOTTOM - TOP - 20) * above))

    points = [
        *(
            (hour["snapshot_at_utc"], hour["cutoff_score_ms"], hour["next_score_ms"])
            for hour in late
        ),
        (end_at, needed, end["next_score_ms"]),
    ]
    midnights = [
        first_at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)
        for days in range(1, 4)
    ]
    return {
        "name": name,
        "end": end,
        **_names_then(last, end),
        "story": _story(late, end),
        "label": f"{name}: from {moment(first_at)} to the end the time needed for the last "
        f"place went from {_words(late[0]['cutoff_score_ms'])} to {_words(needed)}.",
        "cutoff": _path([(x(at), score and y(score)) for at, score, _ in points]),
        "next": _path([(x(at), score and y(score)) for at, _, score in points]),
        "ticks": [
            (
                f"+{steps * step / 1000:g} s" if steps else "0",
                f"{y(needed + steps * step):.1f}",
            )
            for steps in range(4)
        ],
        "days": [
            (f"{day.day} {day:%b}", f"{x(day):.1f}")
            for day in midnights
            if first_at <= day <= end_at
        ],
        "labels": _labels(y, end),
    }


def _words(score: int | None) -> str:
    return seconds(score) if score else "no lap"


def _story(late: list[Row], end: Row) -> str:
    """The last change: after the last snapshot, or since when the last one in was."""
    last, racer = late[-1], end["cutoff_user_id"]
    if last["cutoff_user_id"] not in (racer, None):
        if last["cutoff_user_id"] == end["next_user_id"]:
            return (
                f"{end['next_alias']} lost the place after {last['snapshot_at_utc']:%H:%M} UTC"
            )
        return (
            f"{end['cutoff_alias']} took the place after {last['snapshot_at_utc']:%H:%M} UTC"
        )
    others = [number for number, hour in enumerate(late) if hour["cutoff_user_id"] != racer]
    if not others:
        return "The same racer was last in for two days"
    before, *after = [hour["snapshot_at_utc"] for hour in late[others[-1] :]]
    since = (
        f"between {before:%H:%M} and {after[0]:%H:%M}" if after else f"after {before:%H:%M}"
    )
    return f"Place taken {since} UTC, {day(before)}"


def _names_then(last: Row, end: Row) -> dict[str, str | None]:
    """The names of those days, where they were others."""
    then = {last[f"{of}_user_id"]: last[f"{of}_then"] for of in ("cutoff", "next")}
    names = {of: then.get(end[f"{of}_user_id"]) for of in ("cutoff", "next")}
    return {
        f"{of}_then": name if name != end[f"{of}_alias"] else None
        for of, name in names.items()
    }


def _path(points: list[tuple[float, float | None]]) -> str:
    """Steps: a score stands until it is beaten, so only its changes are drawn."""
    steps: list[str] = []
    before: float | None = None
    for number, (x, y) in enumerate(points):
        if y != before or number == len(points) - 1:
            to = f"V{y:.1f}" if y else ""
            steps.append(f"H{x:.1f}{to}" if before else to and f"M{x:.1f} {to[1:]}")
        before = y
    return "".join(steps)


def _labels(y: Callable[[float], float], end: Row) -> list[tuple[str, str, str]]:
    """Class, words and height of what stands at the end of each line: the slower one higher."""
    lines = [("next", "first out"), ("cutoff", "last in")]
    there = [line for line in lines if end[f"{line[0]}_score_ms"]]
    at = [y(end[f"{of}_score_ms"]) for of, _ in there]
    if len(at) == 2 and at[1] - at[0] < LABEL_HEIGHT:
        middle = min(sum(at) / 2, BOTTOM - LABEL_HEIGHT / 2)
        at = [middle - LABEL_HEIGHT / 2, middle + LABEL_HEIGHT / 2]
    return [(f"at-{of}", words, f"{y:.1f}") for (of, words), y in zip(there, at, strict=True)]
