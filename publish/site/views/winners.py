"""Who won what: the season as a grid of rounds and prizes, and once more racer by racer."""

from __future__ import annotations

from collections import Counter

from publish.site.read import Row
from publish.site.views import grouped


def grid(cells: list[Row], awards: list[Row]) -> dict:
    """A row a round, a column a prize; empty where no prize of the season can be computed."""
    if not cells:
        return {}
    won = dict(grouped(awards, "round_number", "prize"))
    counts = Counter(award["prize"] for award in awards)
    columns = _columns(cells)
    about = {cell["prize"]: {**cell, "count": counts[cell["prize"]]} for cell in cells}
    return {
        "columns": [[about[prize] for prize in prizes] for prizes in columns],
        "rounds": [
            _round(number, name, given, columns, won)
            for (number, name), given in grouped(cells, "round_number", "round_name")
        ],
    }


def _round(
    number: int, name: str, given: list[Row], columns: list[list[str]], won: dict
) -> dict:
    by_prize = {cell["prize"]: cell for cell in given}
    row = []
    for prizes in columns:
        prize = next((prize for prize in prizes if prize in by_prize), None)
        row.append(
            {
                "prize": prize,
                "title": by_prize[prize]["title"] if prize else "",
                "is_titled": prize != prizes[0],
                "is_decided": bool(prize) and by_prize[prize]["is_decided"],
                "awards": won.get((number, prize), []),
            }
        )
    return {
        "number": number,
        "name": name,
        "cells": row,
        "is_provisional": any(a["is_provisional"] for cell in row for a in cell["awards"]),
    }


def _columns(cells: list[Row]) -> list[list[str]]:
    """Prizes to columns: those never given in the same round share one."""
    rounds: dict[str, set[int]] = {}
    for cell in cells:
        rounds.setdefault(cell["prize"], set()).add(cell["round_number"])
    columns: list[list[str]] = []
    for prize, given in rounds.items():
        for column in columns:
            if all(given.isdisjoint(rounds[other]) for other in column):
                column.append(prize)
                break
        else:
            columns.append([prize])
    return columns


def racers(rounds: list[dict], awards: list[Row], lineups: list[Row]) -> list[dict]:
    """The grid once more, a row a winner in the order of their first prize."""
    finale_ranks = {
        (row["user_id"], row["round_number"]): row["finale_rank"]
        for row in lineups
        if row["finale_rank"]
    }
    won: dict[str, list[Row]] = {}
    for award in awards:
        # A winner of 2020 who is no longer found has a name only.
        won.setdefault(award["user_id"] or award["alias"], []).append(award)
    return [
        {
            "user_id": of_racer[0]["user_id"],
            "alias": of_racer[0]["alias"],
            "prizes": len(of_racer),
            "cells": [
                {
                    "awards": [a for a in of_racer if a["round_number"] == round_["number"]],
                    "finale_rank": finale_ranks.get(
                        (of_racer[0]["user_id"], round_["number"])
                    ),
                }
                for round_ in rounds
            ],
        }
        for of_racer in won.values()
    ]
