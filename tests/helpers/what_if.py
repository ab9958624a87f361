"""The SQL's answer to a question, and the page's, in the same rows."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb

from tests.helpers.browser import Page

ROUNDS = ("int_rounds", "int_settled")
AWARDS = ("int_prize_steps", "int_prize_lines", "int_awards")
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

Rows = list[tuple]


@dataclass
class Rules:
    """What a question may change: quotas, blocking prizes, exceptions of one season.

    The columns are those of the seeds, without season and source.
    """

    quotas: dict[str, int]
    blocks: list[tuple[str, str, str]]
    exceptions: list[tuple[str, str, int, int | None, str]] = field(default_factory=list)
    # Round, race, racer, by so many ms; no seed, but another result.
    faster: list[tuple[int, str, str, int]] = field(default_factory=list)


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
    answer = page.ask(ANSWER.format(season=json.dumps(season), question=json.dumps(question)))
    return [in_order(map(tuple, part)) for part in answer]


def in_order(rows) -> Rows:
    return sorted(rows, key=repr)


class Sql:
    """The models' own SQL on a database with seeds/ and the rankings of one season or more.

    compiled: the SQL of a model, as dbt compiled it; changes: that of what_if_changes.
    """

    def __init__(
        self, database: duckdb.DuckDBPyConnection, compiled: Callable[[str], str], changes: str
    ) -> None:
        self.database = database
        self.models = {model: compiled(model) for model in ROUNDS + AWARDS}
        self.changes = changes
        database.execute("create schema if not exists published")

    def publish(self) -> None:
        """What is in the tables now is the published answer."""
        for name, table in (
            ("awards", "intermediate.int_awards"),
            ("line", "intermediate.int_prize_lines"),
            ("blocks", "seeds.prize_blocks"),
        ):
            self.database.execute(
                f"create or replace table published.{name} as select * from {table}"
            )

    def rules(self, season: int) -> Rules:
        """The rules in the tables now."""

        def rows(sql: str) -> Rows:
            return self.database.execute(f"{sql} where season = ?", [season]).fetchall()

        return Rules(
            dict(rows("select prize, quota from seeds.prizes")),
            rows("select prize, held_prize, applies from seeds.prize_blocks"),
            rows("select user_id, prize, from_round, to_round, reason from seeds.exceptions"),
        )

    def change_rules(self, season: int, rules: Rules) -> None:
        self.database.execute("delete from seeds.prize_blocks where season = ?", [season])
        self.database.execute("delete from seeds.exceptions where season = ?", [season])
        for prize, quota in rules.quotas.items():
            self.database.execute(
                "update seeds.prizes set quota = ? where season = ? and prize = ?",
                [quota, season, prize],
            )
        for block in rules.blocks:
            self.database.execute(
                "insert into seeds.prize_blocks values (?, ?, ?, ?)", [season, *block]
            )
        for exception in rules.exceptions:
            self.database.execute(
                "insert into seeds.exceptions values (?, ?, ?, ?, ?, ?, 'asked')",
                [season, *exception],
            )

    def build(self, models: tuple[str, ...] = AWARDS) -> None:
        for model in models:
            self.database.execute(
                f"create or replace table intermediate.{model} as {self.models[model]}"
            )

    def answers(self) -> dict[int, list[Rows]]:
        """Season -> awards before, awards after, changes; of what was published and built."""
        awards = (
            "select season, prize, round_number, award_number, user_id, race, race_rank "
            "from {} where scenario = 'as given'"
        )
        changes = (
            "select season, prize, user_id, change, round_number_before, round_number_after, "
            f"sentence from ({self.changes})"
        )
        parts = (
            awards.format("published.awards"),
            awards.format("intermediate.int_awards"),
            changes,
        )
        answers: dict[int, list[Rows]] = defaultdict(lambda: [[] for _ in parts])
        for part, sql in enumerate(parts):
            for season, *row in self.database.execute(sql).fetchall():
                answers[season][part].append(tuple(row))
        for answer in answers.values():
            answer[:] = map(in_order, answer)
        return answers


def ask_at_random(
    chance: random.Random, rules: Rules, awards: Rows, rounds: list[int]
) -> Rules:
    """One to four changes such as somebody may ask for, most of them about winners."""
    asked = Rules(dict(rules.quotas), list(rules.blocks), list(rules.exceptions))
    for _ in range(chance.randint(1, 4)):
        prize, round_number, _, racer, *_ = chance.choice(awards)
        match chance.choice(["out", "declines", "declines", "quota", "again"]):
            case "out":
                exception = (racer, "all", chance.choice(rounds), None, "ineligible")
            case "declines":
                exception = (racer, prize, round_number, None, "declined")
            case "quota":
                asked.quotas[prize] = max(1, asked.quotas[prize] + chance.randint(-4, 9))
                continue
            case "again":
                if asked.blocks:
                    asked.blocks.remove(chance.choice(asked.blocks))
                continue
        # Two reasons from the same round on: which of them is said is no promise.
        if not any((e[0], e[2]) == (racer, exception[2]) for e in asked.exceptions):
            asked.exceptions.append(exception)
    return asked


# What the page itself shows: change, racer by the link to the story, sentence.
SHOWN = """
[...document.querySelectorAll("#changes li")].map((row) => [
  row.querySelector(".badge").textContent,
  decodeURIComponent(new URL(row.querySelector("a").href).hash.slice(1)),
  row.lastElementChild.lastElementChild.textContent,
])
"""


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
