"""The article's method in plain Python: the second opinion on the SQL.

Written from the rule in words, without a look at the SQL; lists, sets and loops only.
Source: the article "Who won what in the AWS DeepRacer League 2021?". Where its code and
its rule differ the rule counts: the quota is per month, nothing is carried over.
"""

from __future__ import annotations

Round = dict[str, list[str]]  # race -> UserIds, first to last; a race not held is missing


def who_won_what(
    rounds: list[Round], seats: int, cars: int, places: int, wildcards: int
) -> dict[str, list[list[str]]]:
    """Prize -> for each round the UserIds that get it, in order."""
    seat_holders: set[str] = set()
    car_owners: set[str] = set()
    won: dict[str, list[list[str]]] = {
        prize: [] for prize in ("finale_place", "championship_seat", "evo", "wildcard_seat")
    }
    for races in rounds:
        finale, month = races.get("finale", []), races.get("month's race", [])

        won["finale_place"].append([r for r in month if r not in seat_holders][:places])
        last_seats = [r for r in races.get("wildcard", []) if r not in seat_holders]
        won["wildcard_seat"].append(last_seats[:wildcards])
        new_seats = [r for r in finale if r not in seat_holders][:seats]
        won["championship_seat"].append(new_seats)
        seat_holders.update(new_seats)

        in_line = finale + [r for r in month if r not in finale]
        new_cars = [r for r in in_line if r not in car_owners][:cars]
        won["evo"].append(new_cars)
        car_owners.update(new_cars)
    return won
