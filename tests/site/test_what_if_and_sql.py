"""The page "What if?" gives the same answer as the SQL, and finds the smallest times."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.site.what_if import seasons
from tests.helpers.browser import Page
from tests.helpers.site import in_a_browser
from tests.helpers.thorough import THOROUGH
from tests.rules import test_rules_on_random_leagues as leagues
from tests.rules.test_rules_on_random_leagues import (
    RACERS,
    SEASON,
    League,
    examples,
    of_rounds,
)

QUESTIONS = 50 if THOROUGH else 5
MODELS = ("int_prize_steps", "int_prize_lines", "int_awards")

# In the page: both answers and the changes, racers by their racer_key.
ANSWER = """
(() => {{
  const season = whatIf.opened({season});
  const before = whatIf.published(season);
  const numbers = new Map(season.racers.map(([id], number) => [id, number]));
  const {{ quotas, blocks, exceptions, faster }} = {question};
  const after = {{
    quotas: new Map(quotas),
    blocks,
    exceptions: exceptions.filter(([id]) => numbers.has(id))
      .map(([id, ...rest]) => [numbers.get(id), ...rest]),
    faster: faster.map(([round, race, id, ms]) => [
      season.rankings.find((ranking) => ranking.round === round && ranking.race === race),
      numbers.get(id), ms]),
  }};
  const id = (racer) => season.racers[racer][0];
  const rows = (awards) => awards.map(({{ prize, round, number, racer, race, rank }}) =>
    [prize, round, number, id(racer), race, rank]);
  return [
    rows(whatIf.awards(season, before)),
    rows(whatIf.awards(season, after)),
    whatIf.changes(season, before, after).map((row) =>
      [row.prize, id(row.racer), row.change, row.before, row.after, row.sentence]),
  ];
}})()
"""
# In the page: the times that would have been enough, as it finds them, and those that are found
# when every time is tried that puts the racer in front of one more.
ENOUGH = """
(() => {{
  const season = whatIf.opened({season});
  const rules = whatIf.published(season);
  const racer = season.racers.findIndex(([id]) => id === {racer});
  const all = [];
  for (const ranking of season.rankings) {{
    const own = ranking.results.find((result) => result.racer === racer);
    const tried = ranking.results.map(({{ score }}) => own?.score - score + 1);
    const prizes = (faster) => whatIf.awards(season, {{ ...rules, faster }})
      .filter((award) => award.racer === racer && award.round === ranking.round)
      .map(({{ prize }}) => prize);
    const before = prizes([]);
    for (const ms of tried.filter((ms) => ms > 0).sort((a, b) => a - b)) {{
      for (const prize of prizes([[ranking, racer, ms]])) {{
        if (before.includes(prize)) continue;
        before.push(prize);
        all.push([ranking.round, ranking.race, prize, ms]);
      }}
    }}
  }}
  return [whatIf.enough(season, rules, racer).map(({{ ranking, prize, ms }}) =>
    [ranking.round, ranking.race, prize, ms]), all];
}})()
"""
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
    where leaderboard_arn = (
        select leaderboard_arn from seeds.round_races
        where season = $season and round_number = $round and race = $race
    )
) as changed
where rankings.leaderboard_arn = changed.leaderboard_arn
    and rankings.racer_key = changed.racer_key
"""
# What the page itself shows: change, racer by the link to the story, sentence.
SHOWN = """
[...document.querySelectorAll("#changes li")].map((row) => [
  row.querySelector(".badge").textContent,
  decodeURIComponent(new URL(row.querySelector("a").href).hash.slice(1)),
  row.lastElementChild.lastElementChild.textContent,
])
"""

Rows = list[tuple]


@dataclass
class Rules:
    """What a question may change of one season: its seeds' columns without season and source,
    and results."""

    quotas: dict[str, int]
    blocks: list[tuple[str, str, str]]
    exceptions: list[tuple[str, str, int, int | None, str]]
    # Round, race, racer, by so many ms.
    faster: list[tuple[int, str, str, int]] = field(default_factory=list)


def in_order(rows) -> Rows:
    return sorted(map(tuple, rows), key=repr)


def sentence_of_the_sql(sentence: str) -> str:
    """The SQL knows no times, and "ineligible" sounds like a ban to the one who took a racer out
    to see what happens."""
    sentence = re.sub(
        r"[\d.]+ s faster in the [^.]*", "someone ahead no longer counts", sentence
    )
    return sentence.replace(": taken out by you.", ": ineligible.")


def answer_in_the_page(page: Page, season: dict, rules: Rules) -> list[Rows]:
    """Awards before, awards after, changes; as the engine of the open page finds them."""
    question = {
        "quotas": list(rules.quotas.items()),
        "blocks": [
            [prize, held, int(applies == "at once")] for prize, held, applies in rules.blocks
        ],
        "exceptions": rules.exceptions,
        "faster": rules.faster,
    }
    before, after, changes = page.ask(
        ANSWER.format(season=json.dumps(season), question=json.dumps(question))
    )
    changes = [[*row, sentence_of_the_sql(sentence)] for *row, sentence in changes]
    return [in_order(part) for part in (before, after, changes)]


class Sql:
    """The models' own SQL on a database with seeds/ and rankings, built, whose answer is the
    published one."""

    def __init__(
        self, database: duckdb.DuckDBPyConnection, compiled: Callable[[str], str], changes: str
    ) -> None:
        self.database = database
        self._models = {model: compiled(model) for model in MODELS}
        self._changes = changes
        database.execute("create schema if not exists published")
        for name, table in (
            ("awards", "intermediate.int_awards"),
            ("line", "intermediate.int_prize_lines"),
            ("blocks", "seeds.prize_blocks"),
            ("rankings", "intermediate.int_rankings"),
        ):
            database.execute(f"create or replace table published.{name} as from {table}")

    def rules(self, season: int) -> Rules:
        """The rules in the tables now."""

        def rows(sql: str) -> Rows:
            return self.database.execute(f"{sql} where season = ?", [season]).fetchall()

        return Rules(
            dict(rows("select prize, quota from seeds.prizes")),
            rows("select prize, held_prize, applies from seeds.prize_blocks"),
            rows("select user_id, prize, from_round, to_round, reason from seeds.exceptions"),
        )

    def answer(self, season: int, rules: Rules) -> list[Rows]:
        """Awards before, awards after, changes."""
        execute = self.database.execute
        execute("create or replace table intermediate.int_rankings as from published.rankings")
        execute("delete from seeds.prize_blocks where season = ?", [season])
        execute("delete from seeds.exceptions where season = ?", [season])
        for prize, quota in rules.quotas.items():
            execute(
                "update seeds.prizes set quota = ? where season = ? and prize = ?",
                [quota, season, prize],
            )
        for block in rules.blocks:
            execute("insert into seeds.prize_blocks values (?, ?, ?, ?)", [season, *block])
        for exception in rules.exceptions:
            execute(
                "insert into seeds.exceptions values (?, ?, ?, ?, ?, ?, 'asked')",
                [season, *exception],
            )
        for number, race, racer, ms in rules.faster:
            execute(
                FASTER,
                {"season": season, "round": number, "race": race, "racer": racer, "ms": ms},
            )
        for model in MODELS:
            execute(f"create or replace table intermediate.{model} as {self._models[model]}")
        awards = (
            "select prize, round_number, award_number, user_id, race, race_rank from {} "
            f"where scenario = 'as given' and season = {season}"
        )
        changes = (
            "select prize, user_id, change, round_number_before, round_number_after, sentence "
            f"from ({self._changes}) where season = {season}"
        )
        return [
            in_order(execute(sql).fetchall())
            for sql in (
                awards.format("published.awards"),
                awards.format("intermediate.int_awards"),
                changes,
            )
        ]


@pytest.fixture(scope="module")
def invented(compiled) -> Iterator[League]:
    league = League(compiled)
    yield league
    league.database.close()


def as_rows(blocks: dict[tuple[str, str], str]) -> list[tuple[str, str, str]]:
    return [(*pair, applies) for pair, applies in blocks.items()]


@in_a_browser
@examples(300)
@given(
    rounds=leagues.rounds_of_a_season,
    steps=leagues.gaps,
    round_quota=leagues.round_quotas,
    published=st.tuples(
        leagues.quotas, leagues.blocks_of_a_league, leagues.exceptions_for_some_rounds
    ),
    asked=st.tuples(
        leagues.quotas, leagues.blocks_of_a_league, leagues.exceptions_for_some_rounds
    ),
    racer=st.sampled_from(RACERS),
    ms=st.none() | st.sampled_from([1, 99, 100, 101, 201, 8000]),
)
def test_page_and_sql_give_the_same_answer_on_random_leagues(
    page, site, invented, compiled, rounds, steps, round_quota, published, asked, racer, ms
):
    if "2121-what-if" not in page.ask("location.href"):
        page.open((site / "2121-what-if.html").as_uri())
    quota, blocks, out = published
    numbers = invented.put(rounds, steps, quota, blocks, round_quota, out)
    # 100 ms behind the one in front, or level on time.
    invented.database.execute(
        "update intermediate.int_rankings set ranking_score_ms = 9000 + 100 * (race_rank // 2)"
    )
    invented.build()
    on_the_page = seasons(invented.database).get(SEASON)
    sql = Sql(invented.database, compiled, compiled("what_if_changes"))
    quota, blocks, out = asked
    raced = [
        (number, race, racer, ms)
        for number, of in zip(numbers, rounds, strict=True)
        for race, ranking in of.items()
        if racer in ranking and ms
    ]
    question = Rules(
        quota,
        as_rows(blocks),
        [*sql.rules(SEASON).exceptions, *of_rounds(out, numbers)],
        raced[:1],
    )
    expected = sql.answer(SEASON, question)
    # Where no racer is in line, there is nothing to ask.
    if on_the_page is None:
        assert expected == [[], [], []]
        return
    assert answer_in_the_page(page, on_the_page, question) == expected
    enough, tried = page.ask(
        ENOUGH.format(season=json.dumps(on_the_page), racer=json.dumps(racer))
    )
    assert sorted(enough) == sorted(tried)


@pytest.fixture(scope="module")
def real(archive, compiled, tmp_path_factory) -> Iterator[Sql]:
    """The real league, writable; only the rankings that a prize of 2021 and 2022 draws on."""
    copy = Path(shutil.copy(archive.published, tmp_path_factory.mktemp("real")))
    with duckdb.connect(str(copy), config={"threads": 1}) as database:
        database.execute(
            """
            create temp table kept as
                select * from intermediate.int_rankings
                where leaderboard_arn in (
                    select leaderboard_arn from seeds.round_races where season in (2021, 2022)
                );
            create or replace table intermediate.int_rankings as select * from kept;
            """
        )
        yield Sql(database, archive.compiled, compiled("what_if_changes"))


def ask_at_random(chance: random.Random, rules: Rules, raced: Rows, awards: Rows) -> Rules:
    """One to four changes such as somebody may ask for, most of them about winners."""
    asked = replace(
        rules, quotas=dict(rules.quotas), blocks=[*rules.blocks], exceptions=[], faster=[]
    )
    for _ in range(chance.randint(1, 4)):
        prize, round_number, _, racer, *_ = chance.choice(awards)
        match chance.choice(["out", "declines", "declines", "quota", "again", "faster"]):
            # Two reasons from the same round on: which of them is said is no promise.
            case "out" | "declines" if asked.exceptions and asked.exceptions[0][0] == racer:
                pass
            case "out":
                asked.exceptions.append((racer, "all", round_number, None, "ineligible"))
            case "declines":
                asked.exceptions.append((racer, prize, round_number, None, "declined"))
            case "quota":
                asked.quotas[prize] = max(1, asked.quotas[prize] + chance.randint(-4, 9))
            case "again" if asked.blocks:
                asked.blocks.remove(chance.choice(asked.blocks))
            case "faster" if not asked.faster:
                asked.faster.append(
                    (*chance.choice(raced), chance.choice([400, 5000, 20_000]))
                )
    return asked


def in_the_address(asked: Rules, published: Rules) -> str:
    """A question as the page writes it behind the #."""
    parts = [("faster", [ms, racer, *of]) for *of, racer, ms in asked.faster]
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
@pytest.mark.parametrize("year", [2021, 2022])
def test_page_and_sql_give_the_same_answer_to_random_questions(page, real, real_site, year):
    published = real.rules(year)
    won, *_ = real.answer(year, published)
    raced = real.database.execute(
        "select round_number, race, racer_key from (select distinct on (round_number, race, "
        "racer_key) * from intermediate.int_prize_lines where season = ?) "
        "inner join intermediate.int_rankings as rankings using (leaderboard_arn, racer_key) "
        "where rankings.race_rank <= 40 and ranking_score_ms > 30_000 order by all",
        [year],
    ).fetchall()
    on_the_page = seasons(real.database)[year]
    chance = random.Random(year)
    changed = 0
    for _ in range(QUESTIONS):
        asked = ask_at_random(chance, published, raced, won)
        expected = real.answer(year, asked)
        address = in_the_address(asked, published)
        page.open((real_site / f"{year}-what-if.html").as_uri() + address)
        page.wait_for(
            f"document.getElementById('what-if').dataset.shown === {json.dumps(address)}"
        )
        assert answer_in_the_page(page, on_the_page, asked) == expected, asked
        shown = [(*row, sentence_of_the_sql(words)) for *row, words in page.ask(SHOWN)]
        changes = expected[2]
        assert in_order(shown) == in_order((r[2], r[1], r[5]) for r in changes), address
        changed += len(changes)
    assert changed > 5 * QUESTIONS, "questions to which nothing happens show nothing"
