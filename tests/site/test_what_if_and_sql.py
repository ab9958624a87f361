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

from publish.site.what_if import seasons
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
    SEASON,
    League,
    blocks_of_a_league,
    examples,
    exceptions_for_some_rounds,
    gaps,
    quotas,
    round_quotas,
    rounds_of_a_season,
)

# Up to so many leagues are built at once, each as a season of its own, for a build of one takes
# as long; half as many on the average. One that goes wrong is told alone.
SEASONS_AT_A_TIME = 10
LEAGUES = 300
QUESTIONS = 50 if THOROUGH else 8
# Whose rules are asked about, with the prizes of both.
YEARS = (2021, 2022)


@pytest.fixture(scope="module")
def invented(compiled) -> Iterator[tuple[League, Sql]]:
    league = League(compiled)
    league.database.execute("alter table seeds.prize_names add column title varchar")
    league.database.execute(
        "insert into seeds.prize_lines select season + more, prize, line_order, race "
        f"from seeds.prize_lines cross join range(1, {SEASONS_AT_A_TIME}) as seasons (more)"
    )
    sql = Sql(league.database, compiled, compiled("what_if_changes"))
    yield league, sql
    league.database.close()


a_league = st.tuples(
    rounds_of_a_season,
    gaps,
    round_quotas,
    st.tuples(quotas, blocks_of_a_league, exceptions_for_some_rounds),
    st.tuples(quotas, blocks_of_a_league, exceptions_for_some_rounds),
)


def as_rows(blocks: dict[tuple[str, str], str]) -> list[tuple[str, str, str]]:
    return [(*pair, applies) for pair, applies in blocks.items()]


def of_rounds(exceptions: list[tuple], numbers: list[int]) -> list[tuple]:
    """Exceptions by round numbers; none that ends before it begins, or begins after the end."""
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


@in_a_browser
@examples(LEAGUES // (SEASONS_AT_A_TIME // 2))
@given(leagues=st.lists(a_league, min_size=1, max_size=SEASONS_AT_A_TIME))
def test_page_and_sql_give_the_same_answer_on_random_leagues(page, site, invented, leagues):
    league, sql = invented
    if "2121-what-if" not in page.ask("location.href"):
        page.open((site / "2121-what-if.html").as_uri())
    league.clear()
    numbers = {}
    for season, (rounds, steps, own, (quota, blocks, out), _) in enumerate(leagues, SEASON):
        numbers[season] = league.put(season, rounds, steps, quota)
        sql.change_rules(season, Rules({}, as_rows(blocks), of_rounds(out, numbers[season])))
        league.insert(
            "seeds.round_quotas",
            [
                [season, numbers[season][place], prize, number]
                for (prize, place), number in own.items()
                if place < len(rounds)
            ],
        )
    sql.build(ROUNDS + AWARDS)
    sql.publish()
    on_the_page = seasons(sql.database)
    questions = {}
    for season, (*_, (asked_quota, asked_blocks, added)) in enumerate(leagues, SEASON):
        already = sql.rules(season).exceptions
        questions[season] = Rules(
            asked_quota,
            as_rows(asked_blocks),
            [*already, *of_rounds(added, numbers[season])],
        )
        sql.change_rules(season, questions[season])
    sql.build()
    expected = sql.answers()
    for season, asked in questions.items():
        # Where no racer is in line, there is nothing to ask.
        if season not in on_the_page:
            assert season not in expected
        else:
            answer = answer_in_the_page(page, on_the_page[season], asked)
            assert answer == expected[season], f"{season - SEASON + 1}. league"


@pytest.fixture(scope="module")
def real(archive, compiled, tmp_path_factory) -> Iterator[Sql]:
    """The real league, writable; only the rankings that a prize of YEARS draws on."""
    copy = Path(shutil.copy(archive.published, tmp_path_factory.mktemp("real")))
    with duckdb.connect(str(copy), config={"threads": 1}) as database:
        database.execute(
            f"""
            create temp table kept as
                select * from intermediate.int_rankings
                where leaderboard_arn in (
                    select leaderboard_arn from seeds.round_races where season in {YEARS}
                );
            create or replace table intermediate.int_rankings as select * from kept;
            """
        )
        sql = Sql(database, archive.compiled, compiled("what_if_changes"))
        sql.build()
        sql.publish()
        yield sql


def in_the_address(asked: Rules, published: Rules) -> str:
    """A question as the page writes it behind the #."""
    parts = []
    for racer, prize, from_round, *_ in asked.exceptions:
        fields = [from_round, racer] if prize == "all" else [prize, from_round, racer]
        parts.append(("out" if prize == "all" else "declines", fields))
    for prize, quota in asked.quotas.items():
        if quota != published.quotas[prize]:
            parts.append(("quota", [prize, quota]))
    parts += [("again", block[:2]) for block in published.blocks if block not in asked.blocks]
    return "#" + "&".join(
        f"{kind}={','.join(quote(str(one), safe='') for one in fields)}"
        for kind, fields in parts
    )


@in_a_browser
def test_page_and_sql_give_the_same_answer_to_random_questions(page, real, real_site):
    on_the_page, won = seasons(real.database), real.answers()
    published = {year: real.rules(year) for year in YEARS}
    chance = random.Random(2021)
    changed = dict.fromkeys(YEARS, 0)
    for _ in range(QUESTIONS):
        questions = {}
        for year in YEARS:
            rounds = [number for number, _ in on_the_page[year]["rounds"]]
            questions[year] = ask_at_random(chance, published[year], won[year][0], rounds)
            real.change_rules(year, published[year])
            real.change_rules(year, questions[year])
        real.build()
        expected = real.answers()
        for year, asked in questions.items():
            address = in_the_address(asked, published[year])
            page.open((real_site / f"{year}-what-if.html").as_uri() + address)
            page.wait_for(
                f"document.getElementById('what-if').dataset.shown === {json.dumps(address)}"
            )
            answer = answer_in_the_page(page, on_the_page[year], asked)
            assert answer == expected[year], asked
            shown = sorted(tuple(row) for row in page.ask(SHOWN))
            changes = expected[year][2]
            # "Ineligible" sounds like a ban to the one who took a racer out to see what happens.
            assert shown == sorted(
                (row[2], row[1], row[5].replace(": ineligible.", ": taken out by you."))
                for row in changes
            ), address
            changed[year] += len(changes)
    assert min(changed.values()) > 10 * QUESTIONS, (
        "questions to which nothing happens show nothing"
    )


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
