"""Every season, on the real archive: the figures of the domain notes, each as a test."""

from __future__ import annotations

import pytest


def row(pipeline, table: str, season: int) -> dict:
    """The one row of a summary table for a season, as column -> value."""
    columns = [name for (name,) in pipeline.ask(f"select column_name from (describe {table})")]
    ((*values,),) = pipeline.ask(f"from {table} where season = {season}")
    return dict(zip(columns, values, strict=True))


def test_finalists_of_2021_are_all_predicted(archive):
    found = row(archive, "finale_attendance_summary", 2021)
    assert (found["finalists"], found["predicted"]) == (123, 123)
    assert (found["no_shows"], found["replacements"], found["without_place_in_line"]) == (
        5,
        0,
        0,
    )


def test_finalists_of_2022_are_predicted_but_for_three_replacements(archive):
    found = row(archive, "finale_attendance_summary", 2022)
    assert (found["finalists"], found["predicted"]) == (125, 122)
    assert (found["no_shows"], found["replacements"], found["without_place_in_line"]) == (
        6,
        3,
        0,
    )
    assert archive.ask(
        "select round_name, place_still_in_line from finale_attendance "
        "where attendance = 'replacement' order by all"
    ) == [("May", 17), ("September", 17), ("September", 18)]


def test_october_2021_was_raced_by_14_of_the_16_invited(archive):
    assert archive.ask(
        "select attendance, count(*) from finale_attendance "
        "where season = 2021 and round_name = 'October' group by all order by all"
    ) == [("no-show", 2), ("raced as invited", 14)]


def test_all_29_seat_holders_of_2021_raced_in_the_knockouts(archive):
    found = row(archive, "championship_attendance_summary", 2021)
    assert (found["seat_holders"], found["seat_holders_raced"]) == (29, 29)
    assert found["others_raced"] == 7
    assert (found["in_bracket"], found["in_bracket_from_first_four"]) == (16, 16)


def test_the_five_of_the_wildcard_of_2020_raced_in_one_knockout_group(archive):
    assert archive.ask(
        "select count(*), count(distinct knockout_leaderboard_arn), any_value(race_name) "
        "from championship_attendance "
        "inner join races on knockout_leaderboard_arn = leaderboard_arn "
        "where championship_attendance.season = 2020 and seat = 'wildcard_seat'"
    ) == [(5, 1, "Knockout Group 8")]


@pytest.mark.parametrize(
    ("season", "expected"), [(2021, (448, 8, 3, 1282)), (2022, (835, 17, 1, 2908))]
)
def test_promotions_are_those_counted(archive, season, expected):
    found = row(archive, "promotions_summary", season)
    assert (
        found["promoted_seen_in_pro"],
        found["promoted_not_seen_in_pro"],
        found["not_promoted_seen_in_pro"],
        found["not_promoted_not_seen_in_pro"],
    ) == expected


@pytest.mark.parametrize(("racers", "promoted"), [(752, 75), (1075, 108), (2433, 243)])
def test_a_tenth_is_rounded(archive, racers, promoted):
    assert archive.ask(
        f"select max(race_rank) from promotions where racers = {racers} and is_promoted"
    ) == [(promoted,)]


def test_winners_of_each_season_and_how_sure_they_are(archive):
    assert archive.ask(
        "select season, prize, evidence, count(*) from prize_winners group by all order by all"
    ) == [
        (2020, "evo", "published", 15),
        (2020, "race_winner", "catalogue", 34),
        (2020, "wildcard_seat", "inferred", 5),
        (2021, "championship_seat", "published", 24),
        (2021, "evo", "published", 80),
        (2021, "wildcard_seat", "published", 5),
        (2022, "championship_seat", "inferred", 24),
    ]


def test_six_winners_of_2020_stay_names(archive):
    assert archive.ask(
        "select count(*) from prize_winners where prize = 'race_winner' and user_id is null"
    ) == [(6,)]


def test_every_season_is_covered_or_says_why_not(archive):
    assert archive.ask("select distinct season from season_coverage order by 1") == [
        (season,) for season in range(2019, 2025)
    ]
    assert archive.ask(
        "select count(*) from season_coverage where reason is null or source is null"
    ) == [(0,)]
    assert (
        archive.ask(
            "select season, prize from season_coverage where (coverage = 'not computable') <> (winners = 0)"
        )
        == []
    )


def test_every_winner_of_a_rule_has_a_decision_and_back(archive):
    winners = """
        select season, prize, round_number, user_id, award_number from prize_winners
        where evidence <> 'catalogue'
        union all
        select season, 'finale_place', round_number, user_id, award_number from finale_lineups
    """
    decisions = """
        select season, prize, round_number, user_id, award_number from prize_decisions
        where decision = 'won'
    """
    assert archive.ask(f"({winners}) except ({decisions})") == []
    assert archive.ask(f"({decisions}) except ({winners})") == []
    assert archive.ask(f"select count(*) from ({decisions})") == [(48 + 95 + 10 + 256,)]


def test_a_racers_whole_story_is_one_query_by_name(archive):
    ((seasons, boards, prizes),) = archive.ask(
        "select seasons, boards, prizes from racers where alias = 'RogerRabbit'"
    )
    assert 2021 in seasons and boards > 10
    assert "championship seat, April 2021" in prizes
    assert "car, March 2021" in prizes
