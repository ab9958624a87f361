"""The reality check: what the rules predict against who really raced."""

from __future__ import annotations

from functools import partial

from publish.site.read import League, Row
from publish.site.views import of_season
from publish.site.words import pluralize

IN_SAMPLE = (
    "The rule was inferred from these same races, so this says how well it fits, not that it "
    "holds elsewhere."
)


def reality(league: League, year: int) -> list[dict]:
    """A box each for finales, knockouts and promotions, as far as the season has them."""
    return [
        make(row)
        for name, make in (
            ("finale_attendance_summary", partial(_finales, of_season(league.rules, year))),
            (
                "championship_attendance_summary",
                partial(_knockouts, of_season(league.championship, year)),
            ),
            ("promotions_summary", partial(_promotions, of_season(league.promotions, year))),
        )
        for row in of_season(league.summaries[name], year)
        if name != "promotions_summary" or any(_raced_again(row))
    ]


def _finales(rules: list[Row], row: Row) -> dict:
    invited = [rule["evidence"] for rule in rules if rule["invites_to"] == row["race"]]
    return _check(
        "Invited vs. turned up",
        "inferred" in invited,
        row,
        row["predicted"],
        row["finalists"],
        f"racers in the {row['race']} were invited by the rule",
        (
            row["no_shows"],
            "racer was invited and did not come.",
            "racers were invited and did not come.",
        ),
        (
            row["replacements"],
            "came in their place, next in line.",
            "came in their place, next in line.",
        ),
        (
            row["without_place_in_line"],
            "raced without a place in line; nothing explains it.",
            "raced without a place in line; nothing explains them.",
        ),
    )


def _knockouts(seats: list[Row], row: Row) -> dict:
    bracket = f"of the {row['in_bracket']} in the bracket"
    first_four = "finished in the top four of their knockout group."
    return _check(
        "Seat holders vs. knockout starters",
        any(seat["evidence"] == "inferred" for seat in seats),
        row,
        row["seat_holders_raced"],
        row["seat_holders"],
        "seat holders raced in the knockouts",
        (
            row["others_raced"],
            "other raced there; we don’t know how they qualified.",
            "others raced there; we don’t know how they qualified.",
        ),
        (
            row["in_bracket_from_first_four"],
            f"{bracket} had {first_four}",
            f"{bracket} had {first_four}",
        ),
    )


def _promotions(rules: list[Row], row: Row) -> dict:
    (rule,) = rules
    promoted, others = _raced_again(row)
    return _check(
        f"Promotions from the {rule['from_race']} to the {rule['to_race']}",
        rule["evidence"] == "inferred",
        row,
        row["promoted_seen_in_pro"] + row["not_promoted_not_seen_in_pro"],
        promoted + others,
        "returning racers were in the division our rule predicts",
        (
            row["promoted_seen_in_pro"],
            f"of the {promoted:,} we expected raced there.",
            f"of the {promoted:,} we expected raced there.",
        ),
        (
            row["not_promoted_seen_in_pro"],
            f"of the {others:,} we did not expect raced there, too.",
            f"of the {others:,} we did not expect raced there, too.",
        ),
    )


def _raced_again(row: Row) -> tuple[int, int]:
    """How many of the promoted and of the others raced again."""
    return (
        row["promoted_seen_in_pro"] + row["promoted_not_seen_in_pro"],
        row["not_promoted_seen_in_pro"] + row["not_promoted_not_seen_in_pro"],
    )


def _check(
    title: str,
    is_in_sample: bool,
    row: Row,
    part: int,
    total: int,
    of: str,
    *remarks: tuple[int, str, str],
) -> dict:
    """A box. is_in_sample: whether the rule was inferred from the races it is checked on."""
    return {
        "title": title,
        "part": part,
        "total": total,
        "rate": f"{part:,} of {total:,}",
        "of": of,
        "percent": "–" if not total else f"{100 * row['match_rate']:.4g} %",
        "sentences": [
            *(pluralize(many, one, more) for many, one, more in remarks if many),
            *([IN_SAMPLE] if is_in_sample else []),
        ],
    }
