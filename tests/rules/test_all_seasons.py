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
        "select round_name, eligible_place from finale_attendance "
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


def test_a_sixth_of_that_wildcard_race_was_in_the_same_group(archive):
    assert archive.ask(
        "select wildcard.race_rank, wildcard.alias from race_results as wildcard "
        "inner join races on wildcard.leaderboard_arn = races.leaderboard_arn "
        "and races.season = 2020 and races.race = 'wildcard' "
        "inner join championship_attendance as seen on wildcard.user_id = seen.user_id "
        "inner join races as boards on knockout_leaderboard_arn = boards.leaderboard_arn "
        "and boards.race_name = 'Knockout Group 8' and seen.seat is null"
    ) == [(125, "YMZK-DENSO")]


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


def test_six_winners_of_2020_whose_names_are_gone_have_an_id_and_a_rank(archive):
    assert archive.ask(
        "select prize_winners.alias, user_id, race_rank from prize_winners "
        "inner join seeds.named_winners using (leaderboard_arn, user_id) "
        "order by round_number, award_number"
    ) == [
        ("RichardFan", "oxm3h2AtTpGqAnGZ4vzYpg", 2),
        ("RayG", "YNrvM9f5RteeSrCl7oFC5w", 2),
        ("Jianlong-DBS", "vpsHYdBtSIq__1M9j1R21Q", 3),
        ("OscarIVECloud", "XHLKURnAQcmC56tomfZoWA", 13),
        ("JPMC-Rogue-Hyderabad", "LKdw_hyKTSu7moFuxbmiZw", 6),
        ("haikal-DBS", "sCFSLDNhRZCB8tZSHAqOyg", 3),
    ]
    assert archive.ask("select count(*) from prize_winners where user_id is null") == [(0,)]
    ((prizes,),) = archive.ask(
        "select prizes from racers where user_id = 'LKdw_hyKTSu7moFuxbmiZw'"
    )
    assert "race_winner" in prizes


def test_a_race_winner_of_2020_who_is_not_first_says_who_was_in_front(archive):
    winners = archive.ask(
        "select race_rank, sentence from prize_winners where prize = 'race_winner'"
    )
    assert sum(rank > 1 for rank, _ in winners) == 30
    for rank, sentence in winners:
        assert ("first in its final ranking" in sentence) == (rank == 1)
        assert ("in front" in sentence) == (rank > 1)
    assert (
        19,
        "April 2020: won the head to head as the catalogue names it; 19th in its final "
        "ranking, where 3 of the 18 in front are named winners of another race up to April; "
        "the archive does not say why the rest were skipped.",
    ) in winners


def test_equal_times_are_told_as_equal(archive):
    """June 2022: ferrite and LeadingAI, 61.855 s each; the league ranked ferrite in front."""
    assert archive.ask("select sentence from prize_decisions where missed_by_ms = 0") == [
        (
            "June 2022: 17th in line for 16 places in the finale, 1 place short. Level on "
            "time, 61.855 s each; the league ranked LeadingAI behind ferrite, 20th in the "
            "month's race. The rule is inferred.",
        )
    ]


def test_who_did_not_count_is_counted_in_the_line_and_not_in_the_race(archive):
    assert archive.ask(
        "select sentence from prize_winners "
        "where season = 2021 and round_name = 'October' and prize = 'evo' and race_rank = 54"
    ) == [
        (
            "October 2021: won a car, 54th in the month's race; in line (finale, then month's "
            "race) 44 of the 53 racers in front did not count.",
        )
    ]


def test_seconds_in_sentences_have_three_decimals(archive):
    ((sentences, with_three),) = archive.ask(
        r"""
        select count(*), count(*) filter (
            regexp_matches(sentence, 'Missed by [0-9]+\.[0-9]{3} s; ')
        )
        from prize_decisions where sentence like '%Missed by%'
        """
    )
    assert sentences > 1000
    assert with_three == sentences


def test_the_catalogue_counts_other_racers_than_the_ranking_has_on_23_boards(archive):
    assert archive.ask(
        "select season = 2019, count(*), min(participants - ranked_racers), "
        "max(participants - ranked_racers) from races "
        "where has_final_ranking and participants <> ranked_racers group by all order by all"
    ) == [(False, 14, -5, -1), (True, 9, 151, 1891)]


def test_a_whole_season_of_promotions_is_not_provisional(archive):
    assert archive.ask(
        "select season, races_needed, races_decided, is_provisional from promotions_summary"
    ) == [(2021, 17, 17, False), (2022, 17, 17, False)]


def test_each_hour_of_a_months_race_is_there_or_said_to_be_missing(archive):
    """October 2021: 744 hours, 727 of them with a snapshot."""
    assert archive.ask(
        "select sum(hours) from missing_hours where season = 2021 and round_name = 'October'"
    ) == [(744 - 727,)]
    assert archive.ask(
        "select count(*) from cutoff_history where season = 2021 and round_name = 'October'"
    ) == [(727,)]
    assert (
        archive.ask(
            "select * from missing_hours inner join cutoff_history using (leaderboard_arn) "
            "where snapshot_at_utc between from_utc and to_utc"
        )
        == []
    )


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


def test_a_racer_whom_others_report_as_champion_raced_that_season(archive):
    assert archive.ask(
        "select count(*) from reported_winners anti join race_results using (season, user_id) "
        "where user_id is not null"
    ) == [(0,)]
    assert archive.ask(
        "select season, name_as_reported from reported_winners "
        "where prize = 'champion' and place = 1 and alias = 'PoChun-NCTU-CGI' order by all"
    ) == [(2020, "Po-Chun Hsu"), (2020, "PoChun-NCTU-CGI")]


def test_every_winner_has_a_decision_and_back(archive):
    winners = """
        select season, prize, round_number, user_id, award_number from prize_winners
        union all
        select season, 'finale_place', round_number, user_id, award_number from finale_lineups
    """
    decisions = """
        select season, prize, round_number, user_id, award_number from prize_decisions
        where decision = 'won'
    """
    assert archive.ask(f"({winners}) except ({decisions})") == []
    assert archive.ask(f"({decisions}) except ({winners})") == []
    assert archive.ask(f"select count(*) from ({decisions})") == [(34 + 48 + 95 + 10 + 256,)]


def test_a_racers_whole_story_is_one_query_by_name(archive):
    ((seasons, boards, prizes),) = archive.ask(
        "select seasons, boards, prizes from racers where alias = 'RogerRabbit'"
    )
    assert 2021 in seasons and boards > 10
    assert "championship_seat" in prizes
    assert "evo" in prizes
