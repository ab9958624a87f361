"""Random leagues: the SQL against the article's method, rules and rounds of all kinds."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.article import who_won_what
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
    select distinct prize, prize as title, prize as singular, prize || 's' as plural
    from seeds.prize_lines;
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

    def put(
        self, rounds, steps, quota, blocks=ARTICLE, round_quota=None, exceptions=()
    ) -> list[int]:
        """Put a league in the place of the one before; its round numbers, which grow by `steps`.

        exceptions: (racer, prize, first place, last place) of rounds.
        """
        for table in TABLES:
            self.database.execute(f"delete from {table}")
        numbers = self.numbers = [sum(steps[: place + 1]) for place in range(len(rounds))]
        self._insert(
            "seeds.prizes",
            [
                [SEASON, prize, "invitation", "finale", quota[prize], "invented"]
                if prize == "finale_place"
                else [SEASON, prize, "prize", None, quota[prize], "invented"]
                for prize in PRIZES
            ],
        )
        self._insert("seeds.rounds", [[SEASON, n, f"round {n}"] for n in numbers])
        races = [
            (number, race, f"{number} {race}", ranking)
            for number, held in zip(numbers, rounds, strict=True)
            for race, ranking in held.items()
        ]
        self._insert(
            "seeds.round_races",
            [[SEASON, number, race, board] for number, race, board, _ in races],
        )
        self._insert(
            "intermediate.int_rankings",
            # equal scores all the way: only the rank tells who is in front
            [
                [board, rank, rank, racer, racer, racer, 9000, True]
                for _, _, board, ranking in races
                for rank, racer in enumerate(ranking, 1)
            ],
        )
        self._insert(
            "seeds.prize_blocks", [[SEASON, *pair, when] for pair, when in blocks.items()]
        )
        self._insert(
            "seeds.round_quotas",
            [
                [SEASON, numbers[place], prize, number]
                for (prize, place), number in (round_quota or {}).items()
                if place < len(rounds)
            ],
        )
        self._insert(
            "seeds.exceptions",
            [[SEASON, *row, "a letter"] for row in of_rounds(exceptions, numbers)],
        )
        return numbers

    def build(self, models=AWARDS) -> None:
        for model in models:
            self.database.execute(
                f"create or replace table intermediate.{model} as {self.models[model]}"
            )

    def _insert(self, table: str, rows: list[list]) -> None:
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


def of_rounds(exceptions, numbers: list[int]) -> list[tuple]:
    """Rows of exceptions.csv by round numbers; none that ends before it begins, or begins after
    the season."""
    return [
        (
            racer,
            prize,
            numbers[first],
            numbers[last] if last < len(numbers) else None,
            "declined",
        )
        for racer, prize, first, last in exceptions
        if first <= last and first < len(numbers)
    ]


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
    league.put(before_the_end, steps, quota)
    league.build()
    settled = league.ask("select prize, round_number from int_settled where is_settled")
    before = league.awards()
    league.put(rounds, steps, quota)
    league.build()
    after = league.awards()
    for prize, number in settled:
        place = league.numbers.index(number)
        assert before[prize][place] == after[prize][place]


@examples(300)
@given(
    rounds=rounds_of_a_season,
    quota=quotas,
    steps=gaps,
    blocks=st.one_of(st.just(ARTICLE), blocks_of_a_league),
    round_quota=round_quotas,
    exceptions=exceptions_for_some_rounds,
)
def test_sql_and_the_articles_method_agree(
    league, rounds, quota, steps, blocks, round_quota, exceptions
):
    """Blocks at once and from the next round on, mutual ones, quotas of one round, exceptions
    for some rounds."""
    league.put(rounds, steps, quota, blocks, round_quota, exceptions)
    league.build(AWARDS + REASONS)
    at_once = {pair: when == AT_ONCE for pair, when in blocks.items()}
    out = {
        (p, racer, place)
        for racer, prize, first, last in exceptions
        for p in (PRIZES if prize == "all" else [prize])
        for place in range(first, last + 1)
    }
    with_out, without = (
        who_won_what(rounds, LINES, quota, at_once, round_quota, who) for who in (out, set())
    )
    assert league.awards() == with_out
    if league.ask("from int_prize_lines where exception_reason is not null"):
        assert league.awards("without exceptions") == without
    else:
        assert not league.ask("from int_awards where scenario = 'without exceptions'")

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

    # who is named in prize_changes is exactly who got something else: of a prize that can be
    # won once in any round, of others round by round
    expected = []
    for prize in PRIZES:
        for racer in RACERS:
            pairs = zip(with_out[prize], without[prize], strict=True)
            differing = sum((racer in one) != (racer in other) for one, other in pairs)
            once = (prize, prize) in blocks
            expected += [(prize, racer)] * (min(differing, 1) if once else differing)
    assert sorted(league.ask("select prize, user_id from prize_changes")) == sorted(expected)
    # no quota differs, so none is a reason
    assert league.ask("from prize_changes where sentence like '% given, not %'") == []
