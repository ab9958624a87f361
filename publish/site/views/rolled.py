"""How a prize rolled down its line: who was passed over, who won, who just missed."""

from __future__ import annotations

from collections import Counter

from publish.site.read import Row
from publish.site.views import grouped
from publish.site.words import listed

LOOKS = {"won": "won", "already has one": "held", "beyond the quota": "beyond"}
PASSED = {"already has one": "passed over for a prize they held"}


def rolled(line: list[Row], rules: list[Row]) -> list[dict]:
    """A prize each, in rounds; prizes for which nobody was passed over left out."""
    evidence = {rule["prize"]: rule["evidence"] for rule in rules}
    prizes = []
    for (prize, title), of_prize in grouped(line, "prize", "title"):
        passed = [row for row in of_prize if row["is_passed_over"]]
        if not passed:
            continue
        rounds = [
            _round(name, of_round)
            for (_, name), of_round in grouped(of_prize, "round_number", "round_name")
        ]
        prizes.append(
            {
                "prize": prize,
                "title": title,
                "evidence": evidence[prize],
                "rounds": rounds,
                "passed_over": listed(
                    [
                        f"{many} {PASSED.get(decision, decision)}"
                        for decision, many in Counter(
                            row["decision"] for row in passed
                        ).most_common()
                    ]
                ),
                "label": f"{title}: places in line, one row a round. "
                + " ".join(f"{round_['name']}: {round_['summary']}." for round_ in rounds),
            }
        )
    return prizes


def _round(name: str, line: list[Row]) -> dict:
    looked_at = [{**row, "look": LOOKS.get(row["decision"], "other")} for row in line]
    passed = [row for row in looked_at if row["is_passed_over"]]
    in_line = [row for row in looked_at if row["place_in_line"]]
    places = [row["place_in_line"] for row in in_line if row["decision"] == "won"]
    return {
        "name": name,
        "squares": in_line,
        "last_place": max(places, default=0),
        # Who was invited and did not race has no place in line, and stands apart.
        "apart": [row for row in passed if not row["place_in_line"]],
        "just_missed": [row for row in in_line if row["decision"] == "beyond the quota"],
        "passed_over": passed,
        "summary": (
            f"{len(passed) or 'nobody'} passed over"
            + (f", {len(places)} won down to place {max(places)} in line" if places else "")
        ),
    }
