"""The reality check: what the rules predict against who really raced."""

from __future__ import annotations

from functools import partial

from publish.site.read import League, Row
from publish.site.views import of_season
from publish.site.words import counted


def reality(league: League, year: int) -> list[dict]:
    """A box each for finales, knockouts and promotions, as far as the season has them."""
    return [
        make(row)
        for name, make in (
            ("finale_attendance_summary", _finales),
            ("championship_attendance_summary", _knockouts),
            ("promotions_summary", partial(_promotions, of_season(league.promotions, year))),
        )
        for row in of_season(league.summaries[name], year)
        if name != "promotions_summary" or any(_raced_again(row))
    ]


def _finales(row: Row) -> dict:
    return _check(
        "Invited against raced",
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


def _knockouts(row: Row) -> dict:
    bracket = f"of the {row['in_bracket']} in the bracket"
    first_four = "among the first four of a knockouts board."
    return _check(
        "Seats against knockouts",
        row,
        row["seat_holders_raced"],
        row["seat_holders"],
        "seat holders raced in the knockouts",
        (
            row["others_raced"],
            "other raced there without a seat we know of.",
            "others raced there without a seat we know of.",
        ),
        (
            row["in_bracket_from_first_four"],
            f"{bracket} was {first_four}",
            f"{bracket} were {first_four}",
        ),
    )


def _promotions(rules: list[Row], row: Row) -> dict:
    (rule,) = rules
    promoted, others = _raced_again(row)
    return _check(
        f"Promotions from the {rule['from_race']} to the {rule['to_race']}",
        row,
        row["promoted_seen_in_pro"] + row["not_promoted_not_seen_in_pro"],
        promoted + others,
        "racers who raced again were where the (inferred) rule puts them",
        (
            row["promoted_seen_in_pro"],
            f"of {promoted:,} promoted was seen there.",
            f"of {promoted:,} promoted were seen there.",
        ),
        (
            row["not_promoted_seen_in_pro"],
            f"of {others:,} others was seen there as well.",
            f"of {others:,} others were seen there as well.",
        ),
    )


def _raced_again(row: Row) -> tuple[int, int]:
    """How many of the promoted and of the others raced again."""
    return (
        row["promoted_seen_in_pro"] + row["promoted_not_seen_in_pro"],
        row["not_promoted_seen_in_pro"] + row["not_promoted_not_seen_in_pro"],
    )


def _check(
    title: str, row: Row, part: int, whole: int, of: str, *remarks: tuple[int, str, str]
) -> dict:
    return {
        "title": title,
        "part": part,
        "whole": whole,
        "rate": f"{part:,} of {whole:,}",
        "of": of,
        "percent": "–" if not whole else f"{100 * row['match_rate']:.4g} %",
        "sentences": [counted(many, one, more) for many, one, more in remarks if many],
    }
