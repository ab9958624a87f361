"""A sentence for every racer of every race, on the real archive, against plain arithmetic."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest


@pytest.fixture(scope="module")
def outcomes(archive) -> list[tuple]:
    return archive.ask(
        "select leaderboard_arn, user_id, outcomes.race_rank, outcome, places_short, "
        "missed_by_ms, sentence, ranking_score_ms, races.season, races.round_number, races.race "
        "from race_outcomes as outcomes "
        "inner join race_results using (leaderboard_arn, user_id) "
        "inner join races using (leaderboard_arn)"
    )


def test_every_racer_has_a_sentence_that_answers(archive, outcomes):
    answers = re.compile(
        r"won |no \w+|in line for|behind|ahead|went on to Pro|already in Pro|raced on"
        r"|of \d+[.;]|first in the final ranking|the catalogue names|bracket"
    )
    racers = {user_id for (user_id,) in archive.ask("select user_id from racers")}
    answered = {row[1] for row in outcomes if answers.search(row[6])}
    assert len(answered) == len(racers) > 1000
    assert archive.ask("select count(*) from race_results") == [(len(outcomes),)]


def test_how_far_away_is_what_the_ranking_says(outcomes):
    """The last place that leads to Pro is a tenth of the ranking; else the first measures."""
    ranking: dict[str, dict[int, int | None]] = defaultdict(dict)
    for arn, _, rank, *_, score, _, _, _ in outcomes:
        ranking[arn][rank] = score
    checked: dict[str, int] = defaultdict(int)
    for arn, _, rank, outcome, places, behind, sentence, score, *_ in outcomes:
        of_board = ranking[arn]
        if outcome == "not promoted":
            tenth = Decimal(len(of_board)) / 10
            target = int(tenth.quantize(Decimal(1), ROUND_HALF_UP))
        elif outcome == "no prize known":
            target = 1
        else:
            continue
        there = of_board[target]
        if rank == target:
            assert (places, behind) == (None, None)
            continue
        apart = None if score is None or there is None else score - there
        assert (places, behind) == (rank - target, apart), sentence
        words = f"{places:,} place{'' if places == 1 else 's'}"
        if apart is not None:
            words += f" and {Decimal(apart) / 1000:.3f} s"
        assert f" of {len(of_board):,}" in sentence and f", {words} " in sentence, sentence
        checked[outcome] += 1
    assert all(checked[outcome] > 1000 for outcome in ("not promoted", "no prize known"))


def test_only_a_decision_says_that_a_racer_won(archive, outcomes):
    winners = set(
        archive.ask(
            "select leaderboard_arn, user_id from prize_winners union "
            "select leaderboard_arn, user_id from finale_lineups"
        )
    )
    found = {
        (arn, user_id)
        for arn, user_id, _, _, _, _, sentence, *_ in outcomes
        if re.search(r"(: |\. )[Ww]on ", sentence)
    }
    assert found == {winner for winner in winners if winner[1]}


def test_every_final_ranking_has_a_podium(archive):
    assert (
        archive.ask(
            "select leaderboard_arn, least(3, ranked_racers) from races where has_final_ranking "
            "except all select leaderboard_arn, count(*) from podiums group by all"
        )
        == []
    )
    # What a board ranks, as the catalogue says it, is what its scores are.
    assert archive.ask(
        "select distinct case when ranking_of like 'best lap%' then best_lap_ms "
        "when ranking_of like 'total of%' then total_time_ms else average_lap_ms end "
        "between ranking_score_ms - 1 and ranking_score_ms + 1 "
        "from race_results inner join races using (leaderboard_arn) "
        "where ranking_score_ms is not null"
    ) == [(True,)]
