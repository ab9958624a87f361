"""The page "What if?" gives the same answer as the SQL."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.site import in_a_browser
from tests.helpers.thorough import THOROUGH
from tests.helpers.what_if import (
    AWARDS,
    ROUNDS,
    SHOWN,
    Rules,
    Sql,
    answer_in_the_page,
    ask_at_random,
)
from tests.rules.test_rules_on_random_leagues import (
    PRIZES,
    RACERS,
    SEASON,
    League,
    examples,
    exceptions,
    gaps,
    quotas,
    rounds_of_a_season,
)

LEAGUES = 300
QUESTIONS = 50 if THOROUGH else 8


@pytest.fixture(scope="module")
def invented(compiled) -> Iterator[tuple[League, Sql]]:
    league = League(compiled)
    league.database.execute("alter table seeds.prize_names add column title varchar")
    sql = Sql(league.database, compiled, compiled("what_if_changes"))
    yield league, sql
    league.database.close()


blocks = st.lists(
    st.sampled_from(
        [
            ("finale_place", "championship_seat"),
            ("championship_seat", "championship_seat"),
            ("wildcard_seat", "championship_seat"),
            ("wildcard_seat", "wildcard_seat"),
            ("evo", "evo"),
            ("evo", "championship_seat"),
        ]
    ),
    unique=True,
)
more = st.lists(
    st.tuples(
        st.sampled_from(RACERS),
        st.sampled_from([*PRIZES, "all"]),
        st.integers(0, 5),
        st.just("declined"),
    ),
    max_size=3,
)


@in_a_browser
@examples(LEAGUES)
@given(
    rounds=rounds_of_a_season,
    steps=gaps,
    before=st.tuples(quotas, blocks, exceptions),
    after=st.tuples(quotas, blocks, more),
)
def test_page_and_sql_give_the_same_answer_on_random_leagues(
    page, site, invented, rounds, steps, before, after
):
    league, sql = invented
    if "2121-what-if" not in page.ask("location.href"):
        page.open((site / "2121-what-if.html").as_uri())
    quota, barring, out = before
    sql.change_rules(SEASON, Rules({}, barring))
    league.play(rounds, steps, quota, out, models=())
    sql.build(ROUNDS + AWARDS)
    sql.publish()
    season, published = sql.season(SEASON), sql.rules(SEASON)
    asked_quota, asked_blocks, added = after
    taken_out = [
        (racer, prize, league.numbers[place], reason)
        for racer, prize, place, reason in added
        if place < len(rounds)
    ]
    asked = Rules(asked_quota, asked_blocks, [*published.exceptions, *taken_out])
    sql.change_rules(SEASON, asked)
    sql.build()
    expected = sql.answer(SEASON)
    if season is None:
        assert expected == [[], [], []]
    else:
        assert answer_in_the_page(page, season, asked) == expected


@pytest.fixture(scope="module")
def real(archive, compiled, tmp_path_factory) -> Iterator[Sql]:
    """The real league, writable; only the rankings that a prize draws on."""
    copy = Path(shutil.copy(archive.published, tmp_path_factory.mktemp("real")))
    with duckdb.connect(str(copy)) as database:
        database.execute(
            """
            create temp table kept as
                from intermediate.int_rankings
                where leaderboard_arn in (select leaderboard_arn from seeds.round_races);
            create or replace table intermediate.int_rankings as from kept;
            """
        )
        sql = Sql(database, archive.compiled, compiled("what_if_changes"))
        sql.build()
        sql.publish()
        yield sql


def in_the_address(asked: Rules, published: Rules) -> str:
    """A question as the page writes it behind the #."""
    parts = []
    for racer, prize, from_round, _ in asked.exceptions:
        fields = [from_round, racer] if prize == "all" else [prize, from_round, racer]
        parts.append(("out" if prize == "all" else "declines", fields))
    for prize, quota in asked.quotas.items():
        if quota != published.quotas[prize]:
            parts.append(("quota", [prize, quota]))
    parts += [("again", block) for block in published.blocks if block not in asked.blocks]
    return "#" + "&".join(
        f"{kind}={','.join(quote(str(one), safe='') for one in fields)}"
        for kind, fields in parts
    )


@in_a_browser
@pytest.mark.parametrize("year", [2021, 2022])
def test_page_and_sql_give_the_same_answer_to_random_questions(page, real, real_site, year):
    page.open((real_site / f"{year}-what-if.html").as_uri())
    season, published = real.season(year), real.rules(year)
    rounds = [number for number, _ in season["rounds"]]
    won = real.answer(year)[0]
    chance = random.Random(year)
    changed = 0
    for _ in range(QUESTIONS):
        asked = ask_at_random(chance, published, won, rounds)
        real.change_rules(year, asked)
        real.build()
        expected = real.answer(year)
        assert answer_in_the_page(page, season, asked) == expected, asked

        address = in_the_address(asked, published)
        page.open((real_site / f"{year}-what-if.html").as_uri() + address)
        page.wait_for(
            f"document.getElementById('what-if').dataset.shown === {json.dumps(address)}"
        )
        shown = sorted(tuple(row) for row in page.ask(SHOWN))
        assert shown == sorted((row[2], row[1], row[5]) for row in expected[2]), address
        changed += len(expected[2])
        real.change_rules(year, published)
    assert changed > 10 * QUESTIONS, "questions to which nothing happens show nothing"


@in_a_browser
@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_without_a_question_the_page_has_what_was_published(page, archive, real_site, year):
    page.open((real_site / f"{year}-what-if.html").as_uri())
    awards = page.ask(
        f"(() => {{ const season = whatIf.seasons.get({year}); "
        "return whatIf.awards(season, whatIf.published(season))"
        ".map((a) => [a.prize, a.round, a.number, season.racers[a.racer][0]]) })()"
    )
    expected = archive.ask(
        "select prize, round_number, award_number, user_id from prize_winners "
        f"where season = {year} and evidence <> 'catalogue' union all "
        "select 'finale_place', round_number, award_number, user_id from finale_lineups "
        f"where season = {year}"
    )
    assert sorted(map(tuple, awards)) == sorted(expected)


def test_a_season_on_the_page_is_small(real_site):
    sizes = {file.name: file.stat().st_size for file in (real_site / "data").glob("what-if-*")}
    assert set(sizes) == {f"what-if-{year}.js" for year in (2020, 2021, 2022)}
    assert max(sizes.values()) < 80_000
