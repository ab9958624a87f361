"""A winner's own page, at an address one can read: the prizes, and why not the others."""

from __future__ import annotations

from zlib import crc32

from publish.site.read import League, Row
from publish.site.text import slug
from publish.site.views import grouped
from publish.site.words import join_list, pluralize


def winner_pages(awards: list[Row]) -> dict[str, str]:
    """UserId of every winner to the name of the page, which has an id and the winner's name.

    The id is a checksum of the UserId, unless another winner has the same: so no name, however
    it is made, leads to another winner's page, and an old name can still be followed.
    """
    names = {award["user_id"]: award["alias"] for award in awards if award["user_id"]}
    short = {user_id: f"{crc32(user_id.encode()):08x}" for user_id in names}
    taken = list(short.values())
    ids = {
        user_id: short[user_id] if taken.count(short[user_id]) == 1 else user_id.encode().hex()
        for user_id in names
    }
    return {
        user_id: "-".join(filter(None, ("winner", ids[user_id], slug(alias)))) + ".html"
        for user_id, alias in names.items()
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
        "about": f"{alias} won {pluralize(len(awards), 'prize', 'prizes')}: {join_list(prizes)}.",
        "years": sorted(grouped(decisions, "season"), key=lambda year: -year[0]),
    }


def heading(awards: list[Row]) -> str:
    """A racer's first prize, and how many more."""
    first = f"{awards[0]['title']}, {awards[0]['round_name']} {awards[0]['season']}"
    more = len(awards) - 1
    return f"{first} and {pluralize(more, 'more prize', 'more prizes')}" if more else first
