"""Who was invited to which race, and what became of them."""

from __future__ import annotations

from collections import Counter

from publish.site.read import Row
from publish.site.views import grouped
from publish.site.words import pluralize

CAME = {"no-show": ("no-show", "no-shows"), "replacement": ("replacement", "replacements")}


def lineups(invited: list[Row], rules: list[Row]) -> list[dict]:
    """A kind of invitation each, with its rounds."""
    by_prize = {rule["prize"]: rule for rule in rules}
    return [
        {
            **by_prize[prize],
            "rounds": [
                _round(number, name, rows)
                for (number, name), rows in grouped(of_prize, "round_number", "round_name")
            ],
        }
        for prize, of_prize in grouped(invited, "prize")
    ]


def _round(number: int, name: str, rows: list[Row]) -> dict:
    came = Counter(row["attendance"] for row in rows if row["attendance"])
    summary = ", ".join(
        pluralize(many, *CAME.get(what, (what, what))) for what, many in came.most_common()
    )
    return {
        "number": number,
        "name": name,
        "rows": rows,
        "is_provisional": any(row["is_provisional"] for row in rows),
        "summary": summary or f"{len(rows)} invited, not held yet",
    }
