"""A winner's own page, at an address one can read: the prizes, and why not the others."""

from __future__ import annotations

from zlib import crc32

from publish.site.read import League, Row
from publish.site.text import slug
from publish.site.views import grouped
from publish.site.words import counted, listed


def winner_pages(awards: list[Row]) -> dict[str, str]:
    """UserId of every winner to the name of the page.

    Of two winners of one name, and of one whose name has no letter of an address, the page
    has a number of its own, made from the UserId.
    """
    names: dict[str, list[str]] = {}
    for award in awards:
        if award["user_id"]:
            users = names.setdefault(slug(award["alias"]), [])
            if award["user_id"] not in users:
                users.append(award["user_id"])
    return {
        user_id: f"winner-{name}.html"
        if name and len(users) == 1
        else f"winner-{name or 'racer'}-{crc32(user_id.encode()):08x}.html"
        for name, users in names.items()
        for user_id in users
    }


def winner(league: League, user_id: str) -> dict:
    awards = [row for row in league.awards if row["user_id"] == user_id]
    decisions = [row for row in league.decisions if row["user_id"] == user_id]
    prizes = [
        f"{award['singular']}, {award['round_name']} {award['season']}" for award in awards
    ]
    alias = awards[0]["alias"]
    return {
        "user_id": user_id,
        "alias": alias,
        "awards": awards,
        "title": f"{alias}: {heading(awards)}",
        "about": f"{alias} won {counted(len(awards), 'prize', 'prizes')}: {listed(prizes)}.",
        "years": sorted(grouped(decisions, "season"), key=lambda year: -year[0]),
    }


def heading(awards: list[Row]) -> str:
    """A racer's first prize, and how many more."""
    first = f"{awards[0]['title']}, {awards[0]['round_name']} {awards[0]['season']}"
    more = len(awards) - 1
    return f"{first} and {counted(more, 'more prize', 'more prizes')}" if more else first
