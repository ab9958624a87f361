"""How a prize rolled down its line: who was passed over, who won, who just missed."""

from __future__ import annotations

from collections import Counter

from publish.site.read import Row
from publish.site.views import grouped
from publish.site.words import join_list

LOOKS = {"won": "won", "already has one": "held", "beyond the quota": "beyond"}


def rolled(line: list[Row], rules: list[Row]) -> list[dict]:
    """A prize each, in rounds; prizes for which no racer was passed over left out."""
    rule_of = {rule["prize"]: rule for rule in rules}
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
                "evidence": rule_of[prize]["evidence"],
                "rounds": rounds,
                "passed_over": join_list(
                    [
                        f"{many} {_passed(decision, rule_of[prize])}"
                        for decision, many in Counter(
                            row["decision"] for row in passed
                        ).most_common()
                    ]
                ),
                "held": rule_of[prize]["held"],
                "label": f"{title}: places in line, one row a round. "
                + " ".join(f"{round_['name']}: {round_['summary']}." for round_ in rounds),
            }
        )
    return prizes


def _passed(decision: str, rule: Row) -> str:
    if decision != "already has one":
        return decision
    return f"skipped because they already had a {rule['held']}"


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
        "summary": _summary(passed, places),
    }


def _summary(passed: list[Row], places: list[int]) -> str:
    skipped = sum(row["decision"] == "already has one" for row in passed)
    out = len(passed) - skipped
    words = f"{skipped or 'nobody'} skipped" + (f", {out} absent or ruled out" if out else "")
    if not places:
        return words
    is_whole = sorted(places) == list(range(1, len(places) + 1))
    got = (
        f"places 1 to {max(places)}"
        if is_whole
        else f"{len(places)} of the first {max(places)}"
    )
    return (
        f"{words}; {got} got in" if len(places) > 1 else f"{words}; place {max(places)} got in"
    )
