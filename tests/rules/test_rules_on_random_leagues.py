"""Random leagues: the SQL against the article's method, rounds and quotas of all kinds."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.article import who_won_what, who_won_what_by_rows
from tests.helpers.thorough import THOROUGH

SEASON = 2121
PRIZES = ("finale_place", "championship_seat", "evo", "wildcard_seat")
RACERS = [f"racer-{letter}" for letter in "abcdefghijklmn"]

rankings = st.lists(st.sampled_from(RACERS), unique=True, max_size=len(RACERS))
rounds_of_a_season = st.lists(
    st.dictionaries(st.sampled_from(["Pro qualifier", "finale", "wildcard"]), rankings),
    min_size=1,
    max_size=6,
)
quotas = st.fixed_dictionaries({prize: st.integers(1, 5) for prize in PRIZES})
exceptions = st.lists(
    st.tuples(st.sampled_from(RACERS), st.sampled_from([*PRIZES, "all"]), st.integers(0, 5)),
    max_size=4,
)
gaps = st.lists(st.integers(1, 3), min_size=6, max_size=6)

SEEDS = """
attach ':memory:' as league;
use league;
create schema seeds;
create schema intermediate;
create table seeds.prize_lines as
    from (values
        (2121, 'finale_place', 1, 'Pro qualifier'), (2121, 'championship_seat', 1, 'finale'),
        (2121, 'evo', 1, 'finale'), (2121, 'evo', 2, 'Pro qualifier'),
        (2121, 'wildcard_seat', 1, 'wildcard')
    ) as lines (season, prize, line_order, race);
create table seeds.prize_names as
    select distinct prize, prize as singular, prize || 's' as plural from seeds.prize_lines;
"""
# What a league is made of; put in as rows, in this order of columns.
TABLES = {
    "seeds.rounds": "season int, round_number int, round_name text",
    "seeds.round_races": "season int, round_number int, race text, leaderboard_arn text",
    "seeds.prizes": "season int, prize text, kind text, invites_to text, quota int, evidence text",
    "seeds.prize_blocks": "season int, prize text, held_prize text, applies text",
    "seeds.round_quotas": "season int, round_number int, prize text, quota int",
    "seeds.exceptions": "season int, user_id text, prize text, from_round int, to_round int, "
    "reason text, source text",
    "intermediate.int_rankings": "leaderboard_arn text, race_rank int, position int, "
    "racer_key text, user_id text, alias text, ranking_score_ms bigint, is_final boolean",
    "intermediate.int_named_winners": "season int, round_number int, round_name text, "
    "prize text, quota int, award_number bigint, user_id text, winner_alias text, race text, "
    "race_rank int, racers_in_front int, named_in_front bigint, decided_by text, evidence text",
}
AWARDS = ("int_rounds", "int_prize_steps", "int_settled", "int_prize_lines", "int_awards")
REASONS = (
    "int_holders",
    "int_absent",
    "int_decisions",
    "prize_decisions",
    "prize_changes",
)


LINES = {
    "finale_place": ["Pro qualifier"],
    "championship_seat": ["finale"],
    "evo": ["finale", "Pro qualifier"],
    "wildcard_seat": ["wildcard"],
}
NEXT_ROUND, AT_ONCE = "from the next round", "at once"
# (prize, held prize) -> when it applies
ARTICLE = dict.fromkeys(
    [
        ("finale_place", "championship_seat"),
        ("championship_seat", "championship_seat"),
        ("evo", "evo"),
        ("wildcard_seat", "championship_seat"),
        ("wildcard_seat", "wildcard_seat"),
    ],
    NEXT_ROUND,
)
# Any prize may block any, at once only in one direction: what is given first is given first.
blocks_of_a_league = st.dictionaries(
    st.tuples(st.sampled_from(PRIZES), st.sampled_from(PRIZES)), st.booleans(), max_size=8
).map(
    lambda blocks: {
        (prize, held): AT_ONCE
        if now and PRIZES.index(held) < PRIZES.index(prize)
        else NEXT_ROUND
        for (prize, held), now in blocks.items()
    }
)
round_quotas = st.dictionaries(
    st.tuples(st.sampled_from(PRIZES), st.integers(0, 5)), st.integers(1, 6), max_size=4
)
exceptions_for_some_rounds = st.lists(
    st.tuples(
        st.sampled_from(RACERS),
        st.sampled_from([*PRIZES, "all"]),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=4,
)

Awards = dict[str, list[list[str]]]


class League:
    """The models' own SQL, as dbt compiled it, on a database in memory."""

    def __init__(self, compiled) -> None:
        self.database = duckdb.connect(config={"threads": 1})
        self.database.execute(SEEDS)
        for table, columns in TABLES.items():
            self.database.execute(f"create table {table} ({columns})")
        self.models = {model: compiled(model) for model in AWARDS + REASONS}

    def play(
        self,
        rounds,
        steps,
        quota,
        exceptions=(),
        models=AWARDS + REASONS,
        blocks=ARTICLE,
        round_quota=None,
    ) -> None:
        """Put a league in, in the place of those before; build models.

        exceptions: (racer, prize, first place, last place or none) of rounds.
        """
        self.clear()
        self.numbers = self.put(SEASON, rounds, steps, quota, exceptions)
        self.insert(
            "seeds.prize_blocks", [[SEASON, *pair, when] for pair, when in blocks.items()]
        )
        self.insert(
            "seeds.round_quotas",
            [
                [SEASON, self.numbers[place], prize, number]
                for (prize, place), number in (round_quota or {}).items()
                if place < len(rounds)
            ],
        )
        for model in models:
            self.database.execute(
                f"create or replace table intermediate.{model} as {self.models[model]}"
            )

    def clear(self) -> None:
        for table in TABLES:
            self.database.execute(f"delete from {table}")

    def put(self, season, rounds, steps, quota, exceptions=()) -> list[int]:
        """Put a league in as this season; its round numbers, which grow by `steps`: with gaps."""
        numbers = [sum(steps[: place + 1]) for place in range(len(rounds))]
        self.insert(
            "seeds.prizes",
            [
                [season, prize, "invitation", "finale", quota[prize], "invented"]
                if prize == "finale_place"
                else [season, prize, "prize", None, quota[prize], "invented"]
                for prize in PRIZES
            ],
        )
        self.insert("seeds.rounds", [[season, n, f"round {n}"] for n in numbers])
        races = [
            (number, race, f"{season} {number} {race}", ranking)
            for number, held in zip(numbers, rounds, strict=True)
            for race, ranking in held.items()
        ]
        self.insert(
            "seeds.round_races",
            [[season, number, race, board] for number, race, board, _ in races],
        )
        self.insert(
            "intermediate.int_rankings",
            # equal scores all the way: only the rank tells who is in front
            [
                [board, rank, rank, racer, racer, racer, 9000, True]
                for _, _, board, ranking in races
                for rank, racer in enumerate(ranking, 1)
            ],
        )
        self.insert(
            "seeds.exceptions",
            [
                [season, racer, prize, numbers[first], numbers[last[0]]
                 if last and last[0] < len(rounds) else None, "declined", "a letter"]
                for racer, prize, first, *last in exceptions
                if first < len(rounds)
            ],
        )  # fmt: skip
        return numbers

    def insert(self, table: str, rows: list[list]) -> None:
        if rows:
            marks = "(" + ", ".join("?" * len(rows[0])) + ")"
            cells = [cell for row in rows for cell in row]
            self.database.execute(
                f"insert into {table} values {', '.join([marks] * len(rows))}", cells
            )

    def ask(self, sql: str) -> list[tuple]:
        return self.database.execute(f"use league.intermediate; {sql}").fetchall()

    def awards(self, scenario: str = "as given") -> Awards:
        rows = self.ask(
            "select prize, round_number, user_id from int_awards "
            f"where scenario = '{scenario}' order by prize, round_number, place_in_line"
        )
        return {
            prize: [
                [u for p, n, u in rows if (p, n) == (prize, number)] for number in self.numbers
            ]
            for prize in PRIZES
        }


@pytest.fixture(scope="module")
def league(compiled):
    made = League(compiled)
    yield made
    made.database.close()


def examples(number: int):
    """So many where THOROUGH=1, a fifth of them otherwise."""
    return settings(
        max_examples=number if THOROUGH else number // 5,
        suppress_health_check=[HealthCheck.too_slow],
    )


@examples(80)
@given(
    rounds=rounds_of_a_season,
    quota=quotas,
    steps=gaps,
    still_open=st.sets(
        st.tuples(st.integers(0, 5), st.sampled_from(["Pro qualifier", "finale", "wildcard"]))
    ),
)
def test_a_settled_award_stays_however_the_open_races_end(
    league, rounds, quota, steps, still_open
):
    before_the_end = [
        {race: [] if (place, race) in still_open else ranking for race, ranking in of.items()}
        for place, of in enumerate(rounds)
    ]
    league.play(before_the_end, steps, quota, models=AWARDS)
    settled = league.ask("select prize, round_number from int_settled where is_settled")
    before = league.awards()
    league.play(rounds, steps, quota, models=AWARDS)
    after = league.awards()
    for prize, number in settled:
        place = league.numbers.index(number)
        assert before[prize][place] == after[prize][place]


@examples(200)
@given(rounds=rounds_of_a_season, quota=quotas, steps=gaps, exceptions=exceptions)
def test_sql_and_the_articles_method_agree(league, rounds, quota, steps, exceptions):
    league.play(rounds, steps, quota, exceptions)
    out = defaultdict(lambda: len(rounds))
    for racer, prize, place in exceptions:
        if place < len(rounds):
            for p in PRIZES if prize == "all" else [prize]:
                out[p, racer] = min(out[p, racer], place)
    with_out, without = who_won_what(rounds, quota, dict(out)), who_won_what(rounds, quota)
    assert league.awards() == with_out
    if league.ask("from int_prize_lines where exception_reason is not null"):
        assert league.awards("without exceptions") == without
    else:
        assert not league.ask("from int_awards where scenario = 'without exceptions'")

    # a round never awards more than its quota, and nobody wins twice what blocks itself
    for prize, rounds_won in with_out.items():
        assert all(len(winners) <= quota[prize] for winners in rounds_won)
        everybody = [racer for winners in rounds_won for racer in winners]
        assert prize == "finale_place" or len(everybody) == len(set(everybody))

    # nobody stands in front of a winner without a reason
    assert (
        league.ask(
            """
        select * from prize_decisions as passed_over
        inner join prize_decisions as winner using (season, prize, round_number)
        where winner.decision = 'won'
            and passed_over.place_in_line < winner.place_in_line
            and passed_over.decision = 'beyond the quota'
        """
        )
        == []
    )
    assert league.ask("select * from prize_decisions where sentence is null") == []

    # who is named in prize_changes is exactly who got something else
    once = [prize for prize in PRIZES if prize != "finale_place"]
    expected = {
        (prize, racer)
        for prize in once
        for racer in RACERS
        if [racer in w for w in with_out[prize]] != [racer in w for w in without[prize]]
    }
    changed = league.ask(
        "select prize, user_id from prize_changes where prize <> 'finale_place'"
    )
    assert sorted(changed) == sorted(expected)


@examples(200)
@given(
    rounds=rounds_of_a_season,
    quota=quotas,
    steps=gaps,
    blocks=blocks_of_a_league,
    round_quota=round_quotas,
    exceptions=exceptions_for_some_rounds,
)
def test_any_rows_are_followed_as_they_are_written(
    league, rounds, quota, steps, blocks, round_quota, exceptions
):
    """Blocks at once and from the next round on, mutual ones, quotas of one round, exceptions
    for some rounds."""
    league.play(
        rounds,
        steps,
        quota,
        [e for e in exceptions if e[2] <= e[3]],
        models=AWARDS,
        blocks=blocks,
        round_quota=round_quota,
    )
    out = {
        (p, racer, place)
        for racer, prize, first, last in exceptions
        for p in (PRIZES if prize == "all" else [prize])
        for place in range(first, last + 1)
    }
    assert league.awards() == who_won_what_by_rows(
        rounds,
        LINES,
        quota,
        {pair: when == AT_ONCE for pair, when in blocks.items()},
        round_quota,
        out,
    )


def test_a_season_of_forty_rounds_gives_each_its_quota(league):
    """A car a round, and everybody in line in every round."""
    rounds = [{"finale": RACERS, "Pro qualifier": [f"racer-{n}" for n in range(60)]}] * 40
    quota = dict.fromkeys(PRIZES, 1)
    league.play(rounds, [1] * 40, quota, models=AWARDS)
    assert league.awards() == who_won_what(rounds, quota)
    assert [len(winners) for winners in league.awards()["evo"]] == [1] * 40
