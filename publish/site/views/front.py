"""The front page: the season that is known best, a finding in a picture, then the others."""

from __future__ import annotations

from publish.site.read import League
from publish.site.views import of_season
from publish.site.views.rolled import rolled
from publish.site.views.season import headline
from publish.site.words import listed


def front(league: League) -> dict:
    """The seasons with winners, the best known first; those without; and the finding."""
    years = sorted(league.seasons, key=lambda year: _known(league, year), reverse=True)
    cards = [_card(league, year) for year in years]
    best = years[0] if years else None
    return {
        "best": cards[0] if cards and cards[0]["is_answered"] else None,
        "others": [card for card in cards[1:] if card["is_answered"]],
        "empty": sorted(
            (card for card in cards if not card["is_answered"]), key=lambda card: card["year"]
        ),
        "given": _given(league),
        "finding": _finding(league, best) if best else None,
    }


def _given(league: League) -> str:
    """Everything that a rule gives, as the beginning of a sentence."""
    plurals = {rule["prize"]: rule["plural"] for rule in league.rules}
    words = listed(
        [plurals[prize] for prize in league.looks if prize in plurals] or ["prizes"]
    )
    return words[:1].upper() + words[1:]


def _known(league: League, year: int) -> tuple[int, int]:
    """How many winners follow from a rule that somebody wrote down; then the newer season."""
    written = {
        rule["prize"]
        for rule in of_season(league.rules, year)
        if rule["evidence"] == "published"
    }
    sure = sum(award["prize"] in written for award in of_season(league.awards, year))
    return sure, year


def _card(league: League, year: int) -> dict:
    coverage = of_season(league.coverage, year)
    rules = of_season(league.rules, year)
    awards = of_season(league.awards, year)
    return {
        "year": year,
        "headline": headline(coverage, rules, year),
        "coverage": coverage,
        "is_answered": any(
            row["coverage"] not in ("not computable", "reported") for row in coverage
        ),
        "evidence": {rule["prize"]: rule["evidence"] for rule in rules},
        "provisional": {award["prize"] for award in awards if award["is_provisional"]},
    }


def _finding(league: League, year: int) -> dict | None:
    """The prize that rolled down farthest, in the round in which it did."""
    lines = rolled(of_season(league.line, year), of_season(league.rules, year))
    farthest = max(
        (
            (round_["last_place"], prize, round_)
            for prize in lines
            for round_ in prize["rounds"]
        ),
        key=lambda found: found[0],
        default=None,
    )
    if not farthest or not farthest[0]:
        return None
    last_place, prize, round_ = farthest
    rules = {rule["prize"]: rule for rule in of_season(league.rules, year)}
    return {
        **prize,
        "year": year,
        "round": round_,
        "last_place": last_place,
        "rule": rules[prize["prize"]],
    }
