"""Which boards the rows in seeds/ need, and for what."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.seeds import Seeds


@dataclass(frozen=True)
class Needed:
    """Arns of boards, by what a season needs them for.

    counted: all that a season counts. prize_boards: those whose ranking or winner a prize
    draws on. named: those whose winner the catalogue names.
    """

    counted: frozenset[str]
    prize_boards: frozenset[str]
    named: frozenset[str]


def needed_boards(seeds: Seeds) -> Needed:
    """The boards of round_races.csv, by what prize_lines.csv and prizes.csv say."""
    lines, round_races = seeds.rows["prize_lines"], seeds.rows["round_races"]
    by_catalogue = {
        (row["season"], row["prize"])
        for row in seeds.rows["prizes"]
        if row["evidence"] == "catalogue"
    }

    def boards(races: set[tuple[str, str]]) -> frozenset[str]:
        return frozenset(
            row["leaderboard_arn"]
            for row in round_races
            if (row["season"], row["race"]) in races
        )

    return Needed(
        frozenset(row["leaderboard_arn"] for row in round_races),
        boards({(row["season"], row["race"]) for row in lines}),
        boards(
            {
                (row["season"], row["race"])
                for row in lines
                if (row["season"], row["prize"]) in by_catalogue
            }
        ),
    )
