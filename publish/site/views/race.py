"""A race's own page: what it was, its ranking, who got what by it, and who just missed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publish.site.read import League, Row
from publish.site.text import slug
from publish.site.views import grouped

UUID = re.compile(r"([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def race_pages(boards: list[Row]) -> dict[str, str]:
    """Board to the name of its page, which has the board's id and name.

    Of a UUID the first eight digits are enough, unless another board begins with them.
    """
    ids = {row["leaderboard_arn"]: row["leaderboard_arn"].rpartition("/")[2] for row in boards}
    short = {arn: UUID.sub(r"\1", board_id) for arn, board_id in ids.items()}
    taken = list(short.values())
    return {
        arn: "-".join(
            filter(
                None,
                (
                    "race",
                    slug(short[arn] if taken.count(short[arn]) == 1 else ids[arn]),
                    slug(row["race_name"]),
                ),
            )
        )
        + ".html"
        for row in boards
        for arn in [row["leaderboard_arn"]]
    }


def races(league: League) -> Iterator[dict]:
    """The view of each board's page."""
    podiums, rankings, given, missed = (
        dict(grouped(table, "leaderboard_arn"))
        for table in (league.podiums, league.rankings, league.given, league.next_in_line)
    )
    for board in league.boards:
        arn = board["leaderboard_arn"]
        prizes: dict[str, list[str]] = {}
        for award in given.get(arn, []):
            prizes.setdefault(award["user_id"], []).append(award["title"])
        yield {
            "board": board,
            "title": title(board),
            "podium": podiums.get(arn, []),
            "ranking": rankings.get(arn, []),
            "given": list(grouped(given.get(arn, []), "title")),
            "missed": list(grouped(missed.get(arn, []), "title")),
            "prizes": prizes,
        }


def title(board: Row) -> str:
    """The name of the race, and its round and year where the name does not say them."""
    place = f", {board['race']} of {board['round_name']}" if board["race"] else ""
    name = f"{board['race_name']}{place}"
    return name if str(board["season"]) in name else f"{name} {board['season']}"
