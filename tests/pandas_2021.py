"""Who won what in 2021, the way a notebook asks it: the yardstick for all of `make winners`.

`PYTHONPATH=.venv/examples .venv/bin/python tests/pandas_2021.py ARCHIVE` prints the seats,
the wildcard's and the cars. Only this question, of files that are as they should be: nothing is
checked, kept or published.

Method: the article "Who won what in the AWS DeepRacer League 2021?", with its rule that the
quota is per month.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

SEATS, WILDCARDS, CARS = 3, 5, 10


MONTHS = ["March", "April", "May", "June", "July", "August", "September", "October"]


def read(archive: Path) -> pd.DataFrame:
    """The final rankings of the races of 2021 that count, each row with its month and race."""
    boards = archive / "raw_data/leaderboards"
    catalogue = pd.read_csv(boards / "leaderboards.csv", keep_default_na=False)
    launched = pd.to_datetime(catalogue["LaunchTime"].astype("int64"), unit="ms")
    names = catalogue["Name"].str.strip()
    pro = (catalogue["RacingDivision"] == "PRO") & names.str.endswith(" Qualifier")
    counts = catalogue[(launched.dt.year == 2021) & (pro | (names == "Wildcard"))]
    races = {"HEAD_TO_HEAD_RACING": "month", "OBJECT_AVOIDANCE": "finale"}
    return pd.concat(
        pd.read_csv(boards / board.Arn / "FINAL.csv", keep_default_na=False).assign(
            month=board.Name.split()[0], race=races.get(board.RaceType, "wildcard")
        )
        for board in counts.itertuples()
    ).sort_values("Rank", kind="stable")


def winners(every: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Who won what: the first of each line who hold no prize of the kind yet."""
    seats, cars = [], []
    for month in MONTHS:
        finale = every[(every["month"] == month) & (every["race"] == "finale")]
        rest = every[(every["month"] == month) & (every["race"] == "month")]
        line = pd.concat([finale, rest]).drop_duplicates("UserId")
        seats.append(without(finale, seats).head(SEATS))
        cars.append(without(line, cars).head(CARS))
    wildcards = without(every[every["race"] == "wildcard"], seats).head(WILDCARDS)
    return {
        "championship seats": pd.concat(seats),
        "wildcard seats": wildcards,
        "cars": pd.concat(cars),
    }


def without(line: pd.DataFrame, holders: list[pd.DataFrame]) -> pd.DataFrame:
    held = [racer for winners in holders for racer in winners["UserId"]]
    return line[~line["UserId"].isin(held)]


def main() -> None:
    for prize, rows in winners(read(Path(sys.argv[1]))).items():
        print(f"{len(rows)} {prize}")
        print(rows[["month", "Alias", "UserId", "Rank"]].to_string(index=False))


if __name__ == "__main__":
    main()
