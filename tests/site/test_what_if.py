"""The page "What if?": the same answer as the SQL, and what it promises to whoever asks."""

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

from tests.helpers.browser import Page
from tests.helpers.pipeline import ROOT
from tests.helpers.site import changed, in_a_browser, in_both_browsers, make_site
from tests.helpers.thorough import THOROUGH
from tests.helpers.what_if import AWARDS, ROUNDS, Rules, Sql, answer_in_the_page, ask_at_random
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


# The same answer as the SQL


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


# What the page itself shows: change, racer by the link to the story, sentence.
SHOWN = """
[...document.querySelectorAll("#changes li")].map((row) => [
  row.querySelector(".badge").textContent,
  decodeURIComponent(new URL(row.querySelector("a").href).hash.slice(1)),
  row.lastElementChild.lastElementChild.textContent,
])
"""


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


# Asking


def ready(page: Page, base: str, hash_: str = "") -> None:
    page.open("about:blank")
    page.open(f"{base}/2121-what-if.html{hash_}")
    page.wait_for("!document.getElementById('what-if').hidden")


def texts(page: Page, selector: str) -> list[str]:
    return page.ask(f"[...document.querySelectorAll({selector!r})].map(e => e.textContent)")


def press(page: Page, selector: str, words: str) -> None:
    page.ask(
        f"[...document.querySelectorAll({selector!r})]"
        f".find((e) => e.textContent === {words!r}).click()"
    )


def choose(page: Page, text: str) -> None:
    page.ask("document.getElementById('racer-name').focus()")
    page.type(text)
    page.press("Enter")
    page.wait_for("!document.getElementById('chosen').hidden")


@in_both_browsers
def test_a_racer_is_taken_out_and_taken_back_with_the_keyboard_alone(page, base):
    ready(page, base)
    choose(page, "heron i")
    assert texts(page, "#chosen h3") == ["Fictional Heron II"]
    assert page.ask("document.activeElement.id") == "chosen"
    page.press("Tab")
    page.press("Enter")
    assert texts(page, "#asked li bdi")[0] == "Fictional Heron II"
    assert page.ask("location.hash") == "#out=1,fictional-heron-ii"
    page.ask("document.getElementById('undo').focus()")
    page.press("Enter")
    assert texts(page, "#asked li") == []
    assert page.ask("document.activeElement.id") == "question", "focus is not lost"


@in_a_browser
def test_who_declines_goes_without_and_the_next_moves_up(page, base, demo_built):
    ((racer, alias),) = demo_built.ask(
        "select user_id, alias from evo_winners where round_number = 1 and award_number = 3"
    )
    ready(page, base)
    press(page, "#grid button", alias)
    press(page, "#chosen button", "Declines the car of March")
    assert page.ask("location.hash") == f"#declines=evo,1,{racer}"
    rows = page.ask(SHOWN)
    assert ["lost", racer, "car of March lost: declined."] in rows
    assert sum(change == "moved up" for change, *_ in rows) >= 1
    # The seat, if there was one, is kept.
    assert {sentence.split(" of ")[0] for change, _, sentence in rows if change == "lost"} == {
        "car"
    }
    assert alias in texts(page, "#grid del bdi")


@in_a_browser
def test_a_quota_and_a_barring_prize_are_changed_in_the_form(page, base):
    ready(page, base)
    page.ask("""(() => { const field = document.querySelector("[name=quota-evo]");
        field.value = 12; field.dispatchEvent(new Event("change")); })()""")
    page.ask("""document.querySelector("[name=block-evo-evo]").click()""")
    assert page.ask("location.hash") == "#quota=evo,12&again=evo,evo"
    assert any("is not in the way" in text for text in texts(page, "#changes li"))
    page.ask("""document.querySelector("[name=block-evo-evo]").click()""")
    assert page.ask("location.hash") == "#quota=evo,12"
    assert any("12 are given, not 10." in text for text in texts(page, "#changes li"))
    # The rule's own number is no question.
    page.ask("""(() => { const field = document.querySelector("[name=quota-evo]");
        field.value = 10; field.dispatchEvent(new Event("change")); })()""")
    assert page.ask("location.hash") == ""
    assert texts(page, "#changes li") == []


@in_both_browsers
def test_a_link_holds_the_question_and_back_undoes_it(page, base):
    ready(page, base, "#quota=evo,11&out=2,fictional-badger")
    assert len(texts(page, "#asked li")) == 2
    assert page.ask("document.querySelector('[name=quota-evo]').value") == "11"
    asked = texts(page, "#changes li")
    page.ask("document.getElementById('reset').click()")
    assert texts(page, "#asked li") == texts(page, "#changes li") == []
    page.leave_by("history.back()")
    page.wait_for("document.querySelectorAll('#asked li').length === 2")
    assert texts(page, "#changes li") == asked


@in_a_browser
@pytest.mark.parametrize(
    "part",
    ["out=1,nobody", "out=77,fictional-badger", "quota=evo,0", "quota=boat,3", "quota=evo,1e3",
     "again=evo,boat", "declines=evo,1", "constructor=1", "%=<img src=x>", "out=%E0%A4%A"],
)  # fmt: skip
def test_what_a_link_asks_and_nobody_knows_is_left_out_and_said(page, site, part):
    ready(page, site.as_uri(), f"#quota=evo,11&{part}")
    assert len(texts(page, "#asked li")) == 1
    assert "left out of the question" in texts(page, "#left-out")[0]
    assert page.ask("document.querySelectorAll('#left-out *').length") == 0


@in_a_browser
def test_names_that_are_markup_stay_text(page, demo_built, tmp_path):
    nasty = '<img src=x onerror="alert(1)">'
    renamed = ("update intermediate.int_prize_lines set alias = ?", [nasty])
    make_site(changed(demo_built.published, tmp_path / "db", renamed), tmp_path / "site")
    ready(page, (tmp_path / "site").as_uri(), "#out=1,fictional-badger&quota=evo,12")
    choose(page, "onerror")
    assert texts(page, "#chosen h3") == [nasty]
    assert set(texts(page, "#grid button bdi")) == {nasty}
    assert page.ask("document.querySelectorAll('main img').length") == 0


@in_a_browser
def test_without_javascript_the_page_says_what_it_needs(page, site):
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open((site / "2121-what-if.html").as_uri())
        shown = page.call("DOM.getDocument", depth=-1)
        assert "needs JavaScript" in json.dumps(shown)
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


def test_the_page_states_its_limit_without_a_script(site):
    text = (site / "2121-what-if.html").read_text(encoding="utf-8")
    assert "Races are taken as they were run" in text
    assert "make what-if" in text.split("<noscript>")[1].split("</noscript>")[0]


def test_the_rule_and_the_question_have_no_page_in_them():
    scripts = {
        file.stem.removeprefix("what_if"): file.read_text(encoding="utf-8")
        for file in (ROOT / "publish/site/static").glob("what_if*.js")
    }
    assert set(scripts) == {"", "_engine", "_question", "_season"}
    for script in ("_engine", "_question"):
        assert "document" not in scripts[script]
    assert "innerHTML" not in "".join(scripts.values())


@in_a_browser
@pytest.mark.parametrize("width", [320, 390])
def test_an_answer_is_no_wider_than_a_phone(page, site, width):
    page.emulate(width=width, height=800)
    ready(page, site.as_uri(), "#out=1,fictional-badger&quota=evo,12")
    choose(page, "otter")
    assert page.ask("document.documentElement.scrollWidth") <= width


@in_a_browser
def test_paper_has_the_question_and_the_answer_but_no_form(page, site):
    ready(page, site.as_uri(), "#quota=evo,12&out=1,fictional-badger")
    page.ask("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate(media="print", width=800)
    display = "getComputedStyle(document.querySelector({!r})).display"
    assert page.ask(display.format(".ask")) == "none"
    assert page.ask(display.format("#asked")) != "none"
    assert page.ask("[...document.querySelectorAll('details')].every(e => e.open)")
