"""Random leagues: the SQL against the article's method, rounds and quotas of all kinds."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.article import who_won_what

SEASON = 2121
PRIZES = ("finale_place", "championship_seat", "evo", "wildcard_seat")
RACERS = [f"racer-{letter}" for letter in "abcdefghijklmn"]

rankings = st.lists(st.sampled_from(RACERS), unique=True, max_size=len(RACERS))
rounds_of_a_season = st.lists(
    st.dictionaries(st.sampled_from(["month's race", "finale", "wildcard"]), rankings),
    min_size=1,
    max_size=6,
)
quotas = st.fixed_dictionaries({prize: st.integers(1, 5) for prize in PRIZES})
gaps = st.lists(st.integers(1, 3), min_size=6, max_size=6)

SEEDS = """
attach ':memory:' as league;
use league;
create schema seeds;
create schema staging;
create schema intermediate;
create table seeds.rounds (season integer, round_number integer, round_name varchar);
create table seeds.round_races (
    season integer, round_number integer, race varchar, leaderboard_arn varchar
);
create table seeds.prizes (
    season integer, prize varchar, kind varchar, quota integer, evidence varchar
);
create table seeds.prize_lines (
    season integer, prize varchar, line_order integer, race varchar
);
create table seeds.prize_blocks (season integer, prize varchar, held_prize varchar);
insert into seeds.prize_lines values
    (2121, 'finale_place', 1, 'month''s race'), (2121, 'championship_seat', 1, 'finale'),
    (2121, 'evo', 1, 'finale'), (2121, 'evo', 2, 'month''s race'),
    (2121, 'wildcard_seat', 1, 'wildcard');
insert into seeds.prize_blocks values
    (2121, 'finale_place', 'championship_seat'),
    (2121, 'championship_seat', 'championship_seat'), (2121, 'evo', 'evo'),
    (2121, 'wildcard_seat', 'championship_seat'), (2121, 'wildcard_seat', 'wildcard_seat');
create table staging.stg_rankings (
    leaderboard_arn varchar, race_rank integer, user_id varchar, alias varchar
);
"""


@pytest.fixture(scope="module")
def awards_by_sql(compiled):
    """A league in, its awards out: the models' own SQL on a database in memory."""
    database = duckdb.connect()
    database.execute(SEEDS)
    models = [(m, compiled(m)) for m in ("int_rounds", "int_prize_lines", "int_awards")]

    def awards(rounds, numbers, quota):
        for table in ("seeds.rounds", "seeds.round_races", "seeds.prizes", "staging.stg_rankings"):
            database.execute(f"delete from {table}")
        prizes = [[SEASON, prize, "prize", quota[prize], "invented"] for prize in PRIZES]
        database.executemany("insert into seeds.prizes values (?, ?, ?, ?, ?)", prizes)
        for number, races in zip(numbers, rounds, strict=True):
            database.execute("insert into seeds.rounds values (?, ?, ?)", [SEASON, number, ""])
            for race, ranking in races.items():
                board = f"{number} {race}"
                database.execute(
                    "insert into seeds.round_races values (?, ?, ?, ?)",
                    [SEASON, number, race, board],
                )
                if ranking:
                    database.executemany(
                        "insert into staging.stg_rankings values (?, ?, ?, ?)",
                        [[board, rank, user_id, ""] for rank, user_id in enumerate(ranking, 1)],
                    )
        for model, sql in models:
            database.execute(f"create or replace table intermediate.{model} as {sql}")
        rows = database.execute(
            "select prize, round_number, user_id from intermediate.int_awards "
            "order by prize, round_number, award_number"
        ).fetchall()
        return {
            prize: [[u for p, n, u in rows if (p, n) == (prize, number)] for number in numbers]
            for prize in PRIZES
        }

    yield awards
    database.close()


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(rounds=rounds_of_a_season, quota=quotas, steps=gaps)
def test_sql_and_the_articles_method_agree(awards_by_sql, rounds, quota, steps):
    numbers = [sum(steps[: place + 1]) for place in range(len(rounds))]
    expected = who_won_what(
        rounds,
        seats=quota["championship_seat"],
        cars=quota["evo"],
        places=quota["finale_place"],
        wildcards=quota["wildcard_seat"],
    )
    # In the article a wildcard comes last; among our random rounds it may come anywhere,
    # and then its seats bar from the next wildcard as well.
    barred: set[str] = set()
    for place, races in enumerate(rounds):
        held = {r for earlier in expected["championship_seat"][:place] for r in earlier}
        line = [r for r in races.get("wildcard", []) if r not in held | barred]
        expected["wildcard_seat"][place] = line[: quota["wildcard_seat"]]
        barred |= set(expected["wildcard_seat"][place])
    assert awards_by_sql(rounds, numbers, quota) == expected
