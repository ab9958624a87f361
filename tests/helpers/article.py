"""The article's method in plain Python: the second opinion on the SQL.

Written from the rule in words, without a look at the SQL; lists, sets and loops only.
Source: the article "Who won what in the AWS DeepRacer League 2021?". Where its code and
its rule differ the rule counts: the quota is per month, nothing is carried over.
"""

from __future__ import annotations

Round = dict[str, list[str]]  # race -> UserIds, first to last; a race not held is missing
Out = dict[tuple[str, str], int]  # (prize, UserId) -> place of the first round out of line


def who_won_what(
    rounds: list[Round], quota: dict[str, int], out: Out | None = None
) -> dict[str, list[list[str]]]:
    """Prize -> for each round the UserIds that get it, in order."""
    out = out or {}
    seat_holders: set[str] = set()
    wildcard_holders: set[str] = set()
    car_owners: set[str] = set()
    won: dict[str, list[list[str]]] = {prize: [] for prize in quota}

    def give(prize: str, place: int, line: list[str], blocked: set[str]) -> list[str]:
        eligible = [
            racer
            for racer in line
            if racer not in blocked and place < out.get((prize, racer), len(rounds))
        ]
        won[prize].append(eligible[: quota[prize]])
        return won[prize][-1]

    for place, races in enumerate(rounds):
        finale, month = races.get("finale", []), races.get("Pro qualifier", [])
        either = finale + [racer for racer in month if racer not in finale]
        # What is won in a round blocks from the next one on.
        before = set(seat_holders)
        give("finale_place", place, month, before)
        seat_holders |= set(give("championship_seat", place, finale, before))
        wildcard = races.get("wildcard", [])
        wildcard_holders |= set(
            give("wildcard_seat", place, wildcard, before | wildcard_holders)
        )
        car_owners |= set(give("evo", place, either, set(car_owners)))
    return won


def who_won_what_by_rows(
    rounds: list[Round],
    lines: dict[str, list[str]],
    quota: dict[str, int],
    blocks: dict[tuple[str, str], bool],
    round_quota: dict[tuple[str, int], int] | None = None,
    out: set[tuple[str, str, int]] | None = None,
) -> dict[str, list[list[str]]]:
    """The same for any league, whose rules are rows. Prize -> for each round who gets it.

    lines: the races whose rankings make a prize's line, in order. blocks: (prize, held prize)
    -> whether it holds at once, and not from the next round on. round_quota: (prize, place of
    the round) -> another quota. out: (prize, racer, place of the round).
    """
    holders: dict[str, set[str]] = {prize: set() for prize in quota}
    won: dict[str, list[list[str]]] = {prize: [] for prize in quota}
    for place, races in enumerate(rounds):
        before = {prize: set(racers) for prize, racers in holders.items()}
        waiting = list(quota)
        while waiting:
            prize = next(
                p
                for p in waiting
                if not any(b == p and now and h in waiting for (b, h), now in blocks.items())
            )
            waiting.remove(prize)
            blocked: set[str] = set()
            for (stopped, held), at_once in blocks.items():
                if stopped == prize:
                    blocked |= holders[held] if at_once else before[held]
            line = [racer for race in lines[prize] for racer in races.get(race, [])]
            eligible = [
                racer
                for racer in dict.fromkeys(line)
                if racer not in blocked and (prize, racer, place) not in (out or set())
            ]
            number = (round_quota or {}).get((prize, place), quota[prize])
            won[prize].append(eligible[:number])
            holders[prize] |= set(eligible[:number])
    return won
