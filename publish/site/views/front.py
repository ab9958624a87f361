"""The front page: a card a season."""

from __future__ import annotations

from publish.site.read import League
from publish.site.views import of_season


def front(league: League) -> dict:
    return {"seasons": [_card(league, year) for year in league.seasons]}


def _card(league: League, year: int) -> dict:
    return {
        "year": year,
        "coverage": of_season(league.coverage, year),
        "evidence": {
            rule["prize"]: rule["evidence"] for rule in of_season(league.rules, year)
        },
        "provisional": {
            award["prize"]
            for award in of_season(league.awards, year)
            if award["is_provisional"]
        },
    }
