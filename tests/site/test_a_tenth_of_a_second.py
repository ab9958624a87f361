"""A racer who had been faster: the page's answer, against the SQL and the article's method."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.site.what_if import seasons
from tests.helpers.article import who_won_what_by_rows
from tests.helpers.site import heading, in_a_browser
from tests.helpers.what_if import ROUNDS, Rules, answer_in_the_page, ready, texts
from tests.rules.test_rules_on_random_leagues import (
    ARTICLE,
    AT_ONCE,
    LINES,
    PRIZES,
    SEASON,
    League,
    blocks_of_a_league,
    examples,
    gaps,
    quotas,
    rounds_of_a_season,
)
from tests.site.test_what_if_and_sql import YEARS, real  # noqa: F401

MODELS = (*ROUNDS, "int_prize_steps", "int_prize_lines", "int_awards")
# Every racer so much behind the one in front, unless level.
MS = 100


@pytest.fixture(scope="module")
def league(compiled):
    made = League(compiled)
    made.database.execute("alter table seeds.prize_names add column title varchar")
    yield made
    made.database.close()


def faster(ranking: list[str], scores: dict[str, int], racer: str, ms: int) -> list[str]:
    """A ranking with one racer so much faster: in front of everybody who is slower now."""
    own = scores[racer] - ms
    others = [other for other in ranking if other != racer]
    in_front = [
        other
        for other in others
        if scores[other] <= own
        and (ranking.index(other) < ranking.index(racer) or scores[other] < own)
    ]
    return [*in_front, racer, *(other for other in others if other not in in_front)]


@in_a_browser
@examples(150)
@given(
    rounds=rounds_of_a_season,
    quota=quotas,
    steps=gaps,
    blocks=st.one_of(st.just(ARTICLE), blocks_of_a_league),
    level=st.sets(st.integers(2, 14), max_size=4),
    chance=st.randoms(use_true_random=False),
)
def test_page_and_article_give_the_same_answer_on_random_leagues(
    page, site, league, rounds, quota, steps, blocks, level, chance
):
    if "2121-what-if" not in page.ask("location.href"):
        page.open((site / "2121-what-if.html").as_uri())
    league.play(rounds, steps, quota, models=(), blocks=blocks)
    # So much for each place, and level on time with the one in front in the places `level`.
    behind = {
        rank: MS * sum(place not in level for place in range(1, rank + 1))
        for rank in range(1, 15)
    }
    league.database.execute(
        "update intermediate.int_rankings set ranking_score_ms = "
        f"9000 + {json.dumps(list(behind.values()))}[race_rank]"
    )
    for model in MODELS:
        league.database.execute(
            f"create or replace table intermediate.{model} as {league.models[model]}"
        )
    on_the_page = seasons(league.database).get(SEASON)
    held = [(place, race) for place, of in enumerate(rounds) for race in of if of[race]]
    if on_the_page is None or not held:
        return
    place, race = chance.choice(held)
    racer = chance.choice(rounds[place][race])
    scores = {other: 9000 + behind[rank] for rank, other in enumerate(rounds[place][race], 1)}
    now = {pair: when == AT_ONCE for pair, when in blocks.items()}

    def by_the_article(ms: int) -> dict[str, list[list[str]]]:
        changed = [dict(of) for of in rounds]
        changed[place][race] = faster(rounds[place][race], scores, racer, ms)
        return who_won_what_by_rows(changed, LINES, quota, now)

    ms = chance.choice([1, MS - 1, MS, MS + 1, 3 * MS, 3 * MS + 1, 8999])
    asked = Rules(
        quota,
        [(*pair, when) for pair, when in blocks.items()],
        faster=[(league.numbers[place], race, racer, ms)],
    )
    _, after, _ = answer_in_the_page(page, on_the_page, asked)
    won = by_the_article(ms)
    assert sorted(
        (prize, number, nth, who) for prize, number, nth, who, *_ in after
    ) == sorted(
        (prize, league.numbers[at], nth, who)
        for prize in PRIZES
        for at, winners in enumerate(won[prize])
        for nth, who in enumerate(winners, 1)
    )

    # And what would have been enough is the smallest of all times.
    before = by_the_article(0)
    expected = {}
    for ms in sorted({scores[racer] - score + 1 for score in scores.values()}):
        if ms <= 0:
            continue
        for prize, winners in by_the_article(ms).items():
            if racer in winners[place] and racer not in before[prize][place]:
                expected.setdefault(prize, ms)
    enough = page.ask(
        f"(() => {{ const season = whatIf.opened({json.dumps(on_the_page)});"
        f"const racer = season.racers.findIndex(([id]) => id === {json.dumps(racer)});"
        "return whatIf.enough(season, whatIf.published(season), racer)"
        f".filter(({{ ranking }}) => ranking.round === {league.numbers[place]} && "
        f"ranking.race === {json.dumps(race)})"
        ".map(({ prize, ms }) => [prize, ms]) })()"
    )
    assert sorted(enough) == sorted([prize, ms] for prize, ms in expected.items())


# One racer of one board so many ms faster; level on time is behind.
FASTER = """
update intermediate.int_rankings as rankings
set race_rank = changed.rank, position = changed.rank
from (
    select leaderboard_arn, racer_key, row_number() over (
        order by case when racer_key = $racer then ranking_score_ms - $ms
            else ranking_score_ms end nulls last, racer_key = $racer, position
    ) as rank
    from intermediate.int_rankings
    where leaderboard_arn = $board
) as changed
where rankings.leaderboard_arn = changed.leaderboard_arn
    and rankings.racer_key = changed.racer_key
"""


@in_a_browser
def test_page_and_sql_give_the_same_answer_on_real_seasons(page, real, real_site):  # noqa: F811
    on_the_page = seasons(real.database)
    real.database.execute("create temp table as_raced as from intermediate.int_rankings")
    chance = random.Random(2022)
    changed = 0
    for year in YEARS:
        raced = real.database.execute(
            "select round_number, race, leaderboard_arn, racer_key, ranking_score_ms "
            "from (select distinct on (round_number, race, racer_key) * "
            "from intermediate.int_prize_lines where season = ?) "
            "inner join intermediate.int_rankings as rankings using (leaderboard_arn, racer_key) "
            "where rankings.race_rank <= 40 and ranking_score_ms is not null order by all",
            [year],
        ).fetchall()
        page.open((real_site / f"{year}-what-if.html").as_uri())
        for _ in range(6):
            number, race, board, racer, score = chance.choice(raced)
            ms = min(chance.choice([400, 5000, 20_000, 60_000]), score - 1)
            asked = real.rules(year)
            asked.faster = [(number, race, racer, ms)]
            answer = answer_in_the_page(page, on_the_page[year], asked)
            real.database.execute(FASTER, {"racer": racer, "ms": ms, "board": board})
            real.build()
            expected = real.answers()[year]
            assert answer[1] == expected[1], asked.faster
            # The SQL knows no times, so it has no sentence for them.
            without = [[row[:-1] for row in of] for of in (answer[2], expected[2])]
            assert without[0] == without[1], asked.faster
            changed += len(expected[2])
            real.database.execute(
                "create or replace table intermediate.int_rankings as from as_raced"
            )
    real.build()
    assert changed > 12, "times to which nothing happens show nothing"


@in_a_browser
def test_the_closest_miss_of_2021_was_sixteen_thousandths(page, real_site, archive):
    ((racer, missed_by_ms),) = archive.ask(
        "select user_id, missed_by_ms from prize_decisions where alias = 'TIF-Racing-Radiance' "
        "and season = 2021 and round_name = 'October' and prize = 'finale_place'"
    )
    page.open(f"{real_site.as_uri()}/racer.html#{racer}")
    heading(page, "TIF-Racing-Radiance")
    page.ask(
        "[...document.querySelectorAll('details.tenth')]"
        ".find((e) => e.textContent.includes('2021')).open = true"
    )
    page.wait_for("!!document.querySelector('.enough')")
    first = page.ask("document.querySelector('.enough li').textContent")
    assert first.startswith(f"{(missed_by_ms + 1) / 1000:.3f} s faster in")
    assert first.endswith("of October: place in the finale")
    # The link asks just that.
    page.open(page.ask("document.querySelector('.enough a').href"))
    page.wait_for("!!document.getElementById('what-if').dataset.shown")
    assert "TIF-Racing-Radiance" in page.ask("document.getElementById('changes').textContent")
    assert not page.ask("document.getElementById('not-run').hidden")


@in_a_browser
def test_a_moved_slider_gives_the_prizes_again_and_stays_in_the_link(page, base, demo_built):
    ready(page, base, "#faster=300,fictional-badger")
    assert texts(page, "#chosen h3") == ["Fictional Badger"]
    assert texts(page, ".slider output") == ["0.3 s"]
    assert texts(page, "#asked li") == [
        "Fictional Badger is 0.3 s faster in every race.Withdraw: "
        "Fictional Badger is 0.3 s faster in every race."
    ]
    move = (
        "(() => {{ const field = document.querySelector('.slider input'); field.value = {}; "
        "field.dispatchEvent(new Event('input')); }})()"
    )
    for tenths in (1, 2.5, 5):
        page.ask(move.format(tenths))
    assert page.ask("location.hash") == "#faster=5000,fictional-badger"
    # One step back for all of it.
    page.ask("document.getElementById('undo').click()")
    assert page.ask("location.hash") == "#faster=300,fictional-badger"
    page.ask(move.format(0))
    assert page.ask("location.hash") == ""
