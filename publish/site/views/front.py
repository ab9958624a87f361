"""The front page: champions, most prizes and the closest miss, each season, and a finding."""

from __future__ import annotations

from collections import Counter

from publish.site.read import League, Row
from publish.site.views import of_season
from publish.site.views.rolled import rolled
from publish.site.views.season import champions, headline
from publish.site.words import join_list

# So many names in a card, and so many among all seasons.
NAMES = 3


def front(league: League) -> dict:
    """The seasons in their order, the names that stand out in them, and the finding."""
    cards = [_card(league, year) for year in league.seasons]
    best = max(league.seasons, key=lambda year: _known(league, year), default=None)
    return {
        "cards": cards,
        "champions": [
            (card["year"], card["champions"]) for card in cards if card["champions"]
        ],
        "most": _most(league.awards),
        "closest": min(league.closest, key=lambda row: row["missed_by_ms"], default=None),
        "unknown": [card for card in cards if card["missing"]],
        "given": _given(league),
        "finding": _finding(league, best) if best else None,
    }


def _given(league: League) -> str:
    """Everything that a rule gives, as the beginning of a sentence."""
    plurals = {rule["prize"]: rule["plural"] for rule in league.rules}
    words = join_list(
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


def _most(awards: list[Row]) -> list[dict]:
    """Who won most prizes, of equals who won first."""
    racers = {award["user_id"]: award for award in reversed(awards) if award["user_id"]}
    won = Counter(award["user_id"] for award in awards if award["user_id"])
    return [
        {"user_id": user_id, "alias": racers[user_id]["alias"], "prizes": many}
        for user_id, many in won.most_common(NAMES)
    ]


def _card(league: League, year: int) -> dict:
    coverage = of_season(league.coverage, year)
    rules = of_season(league.rules, year)
    awards = of_season(league.awards, year)
    invitations = {rule["prize"] for rule in rules if rule["kind"] == "invitation"}
    return {
        "year": year,
        "headline": headline(coverage, rules, year),
        "champions": champions(league, year),
        # An invitation is no prize.
        "coverage": [
            row
            for row in coverage
            if row["prize"] not in invitations and row["coverage"] != "reported"
        ],
        "missing": [row["plural"] for row in coverage if row["coverage"] == "not computable"],
        "evidence": {rule["prize"]: rule["evidence"] for rule in rules},
        "provisional": {award["prize"] for award in awards if award["is_provisional"]},
        "most": _most(awards),
        "closest": next(iter(of_season(league.closest, year)), None),
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
