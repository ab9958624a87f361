"""The article's method in plain Python: the second opinion on the SQL.

Written from the rule in words, without a look at the SQL; lists, sets and loops only.
Source: the article "Who won what in the AWS DeepRacer League 2021?". Where its code and
its rule differ the rule counts: the quota is per month, nothing is carried over. What is the
league's own, which race makes which line and which prize blocks which, is given as rows.
"""

from __future__ import annotations

Round = dict[str, list[str]]  # race -> UserIds, first to last; a race not held is missing


def who_won_what(
    rounds: list[Round],
    lines: dict[str, list[str]],
    quota: dict[str, int],
    blocks: dict[tuple[str, str], bool],
    round_quota: dict[tuple[str, int], int] | None = None,
    out: set[tuple[str, str, int]] | None = None,
) -> dict[str, list[list[str]]]:
    """Prize -> for each round the UserIds that get it, in order.

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
