"""The real season: the published answers, row for row."""

from __future__ import annotations

import csv
from hashlib import sha256

import pytest

from tests.helpers.pipeline import SHARED

ORDERED = (
    "select round_name, user_id, race_rank from {} {} order by round_number, award_number"
)
# The answers themselves may not be copied, but with the archive you can check them: how
# many, and the beginning of the SHA-256 of round, UserId and rank of each.
PUBLISHED = {
    "championship_qualifiers": (24, "682904ca5e29b984"),
    "evo_winners": (80, "b2ef049bf7278969"),
    "wildcard_qualifiers": (5, "83f17457e83371a7"),
    "october_finale_lineup": (16, "8046e13fb5c888a8"),
}


def assert_as_published(name: str, found: list[tuple]) -> None:
    answer = SHARED / "expected/2021" / f"{name}.csv"
    # Where the answers lie, a failure shows the rows that differ.
    if answer.is_file():
        with answer.open(encoding="utf-8", newline="") as lines:
            assert found == [
                (
                    row.get("round_name", "October").lower(),
                    row["user_id"],
                    int(row["race_rank"]),
                )
                for row in csv.DictReader(lines)
            ]
    assert (len(found), sha256(repr(found).encode()).hexdigest()[:16]) == PUBLISHED[name]


def ours(pipeline, table: str, where: str = "where season = 2021") -> list[tuple]:
    rows = pipeline.ask(ORDERED.format(table, where))
    return [(round_name.lower(), user_id, rank) for round_name, user_id, rank in rows]


@pytest.mark.parametrize(
    "table", ["championship_qualifiers", "evo_winners", "wildcard_qualifiers"]
)
def test_winners_are_those_of_the_article_in_order(archive, table):
    assert_as_published(table, ours(archive, table))


def test_october_lineup_is_what_the_rule_gives(archive):
    where = "where season = 2021 and round_number = 8"
    assert_as_published("october_finale_lineup", ours(archive, "finale_lineups", where))


def test_no_lap_is_null_and_still_wins_a_car(archive):
    """April's last of the finale finished no lap, was ranked 16th, and has a car."""
    assert archive.ask(
        """
        select round_name, race, race_rank from evo_winners
        inner join race_results using (season, round_name, leaderboard_arn, user_id, race_rank)
        where season = 2021 and ranking_score_ms is null
        """
    ) == [("April", "finale", 16)]
    assert archive.ask("select max(ranking_score_ms) < 10000000 from race_results") == [
        (True,)
    ]


def test_names_that_look_like_missing_data_stay_names(archive):
    odd = archive.ask(
        "select distinct alias from race_results "
        "where lower(alias) in ('na', 'nan', 'null', 'none', 'false', 'true', 'n/a')"
    )
    assert len(odd) >= 5
    assert archive.ask("select count(*) from race_results where alias is null") == [(0,)]


def test_november_had_21_seats_and_a_provisional_october(november):
    of_2021 = "select count(*) from {} where season = 2021"
    assert november.ask(of_2021.format("championship_qualifiers")) == [(21,)]
    assert november.ask(of_2021.format("wildcard_qualifiers")) == [(0,)]
    assert november.ask(
        "select round_name, count(*), bool_and(is_provisional), any_value(race) "
        "from evo_winners where is_provisional group by round_name"
    ) == [("October", 10, True, "Pro qualifier")]


def test_november_knew_octobers_16_invitations_for_good(november):
    """October's race was over and seven finales held; the finale to come changes no place."""
    assert november.ask(
        "select round_name, count(*), bool_or(is_provisional) from finale_lineups "
        "group by round_number, round_name order by round_number desc limit 1"
    ) == [("October", 16, False)]
    assert november.ask(
        "select prize, round_number from intermediate.int_settled "
        "where season = 2021 and not is_settled order by all",
        november.built,
    ) == [("championship_seat", 8), ("evo", 8), ("wildcard_seat", 9)]


def test_november_predicted_the_october_lineup(november):
    where = "where round_number = 8"
    assert_as_published("october_finale_lineup", ours(november, "finale_lineups", where))


def test_times_are_utc_and_typed(archive):
    assert archive.ask(
        "select launched_at_utc::varchar, last_submitted_at_utc::date::varchar from races "
        "where season = 2021 and round_number = 3 and race = 'finale'"
    ) == [("2021-05-01 23:47:00", "2021-06-11")]
