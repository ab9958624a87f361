"""The data tests of a build are seen to fail, each with its sentence; and rows come in order."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator

import duckdb
import pytest

from league import build
from tests.helpers.pipeline import ROOT, run_dbt_warm

KEYS = "keys_of_published_tables"
# A value of each type, for rows that no other racer has.
VALUES = {
    "INTEGER": "7", "BIGINT": "7", "VARCHAR": "'x'", "DATE": "date '2121-03-01'",
    "TIMESTAMP": "timestamp '2121-03-01'", "BOOLEAN": "true",
}  # fmt: skip


@pytest.fixture(scope="module")
def sql_of(demo_built) -> Callable[[str], str]:
    """A data test as dbt compiled it, by its name."""
    folder = demo_built.data / "build/target/compiled/deepracer_league/tests/dbt"
    return lambda name: (folder / f"{name}.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def built(demo_built, tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    copy = tmp_path_factory.mktemp("broken") / demo_built.built.name
    shutil.copy(demo_built.built, copy)
    with duckdb.connect(str(copy)) as opened:
        yield opened


@pytest.fixture
def broken(built) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build of the fictional season, for one test to break as it likes."""
    built.execute("begin transaction")
    yield built
    built.execute("rollback")


def message_of(database: duckdb.DuckDBPyConnection, sql: str) -> str:
    """What a build would print of this test; nothing where it passes."""
    try:
        assert database.execute(sql).fetchall() == []
    except duckdb.Error as failed:
        return str(failed)
    return ""


def keys(sql: str) -> list[tuple[str, str]]:
    return re.findall(r"'(\w+): ' \|\| count\(\*\) \|\| ' rows are one by (.+?)\.'", sql)


def add(database: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> None:
    """Add a row that has a value in these columns and none elsewhere."""
    types = dict(
        database.execute(f"select column_name, column_type from (describe {table})").fetchall()
    )
    for column in set(types) - set(columns):
        database.execute(f"alter table {table} alter {column} drop not null")
    values = ", ".join(VALUES[types[column]] for column in columns)
    row = f"({', '.join(columns)}) values ({values})" if columns else "default values"
    database.execute(f"insert into {table} {row}")


@pytest.mark.parametrize("name", ["keys_of_published_tables", "decisions_agree_with_awards",
                                  "prizes_are_covered", "prizes_follow_their_rules"])  # fmt: skip
def test_a_whole_build_has_none_of_the_problems(broken, sql_of, name):
    assert message_of(broken, sql_of(name)) == ""


def test_every_published_table_has_a_key(demo_built, sql_of):
    constrained = (
        duckdb.connect(str(demo_built.built), read_only=True)
        .execute(
            "select table_name from duckdb_constraints() "
            "where constraint_type = 'PRIMARY KEY' and schema_name = 'main'"
        )
        .fetchall()
    )
    tested = {table for table, _ in keys(sql_of(KEYS))}
    assert {t for (t,) in constrained} | tested == {
        t for (t,) in demo_built.ask("show tables")
    }
    assert not {t for (t,) in constrained} & tested


def test_two_rows_of_one_key_and_a_key_without_a_value_are_told(broken, sql_of):
    """Of each table whose key may be null."""
    for table, way in keys(sql_of(KEYS)):
        broken.execute("rollback; begin transaction")
        for _ in range(2):
            add(broken, table, re.split(", | where ", way.replace("?", "")))
        add(broken, table, [])
        message = message_of(broken, sql_of(KEYS))
        assert f"{table}: 2 rows are one by {way}." in message
        assert f"{table}: a column of {way} is null in 1 rows." in message


def test_a_prize_of_which_nobody_says_how_sure_it_is_is_told(broken, sql_of):
    add(broken, "prize_decisions", ["season", "prize"])
    sentence = "No row in season_coverage says how sure x of 7 is."
    assert sentence in message_of(broken, sql_of("prizes_are_covered"))


@pytest.mark.parametrize(
    ("change", "name", "sentence"),
    [
        (
            "update intermediate.int_decisions set decision = 'beyond the quota' "
            "where decision = 'won' and prize = 'evo' and award_number = 1 and round_number = 1",
            "decisions_agree_with_awards",
            "is awarded, but the decision does not say so.",
        ),
        (
            "delete from intermediate.int_awards where prize = 'evo' and award_number = 10",
            "decisions_agree_with_awards",
            "is said to have won, but is not awarded.",
        ),
        (
            "update intermediate.int_decisions set eligible_place = quota "
            "where decision = 'beyond the quota' and eligible_place = quota + 1",
            "decisions_agree_with_awards",
            "and the decision is beyond the quota.",
        ),
        (
            "update intermediate.int_awards set award_number = 11 "
            "where prize = 'evo' and award_number = 10",
            "prizes_follow_their_rules",
            "10 awards, numbered to 11; the quota is 10.",
        ),
        (
            "update intermediate.int_awards set racer_key = (select racer_key from "
            "intermediate.int_awards where prize = 'evo' and turn = 1 and award_number = 1) "
            "where prize = 'evo' and turn = 2 and award_number = 1",
            "prizes_follow_their_rules",
            "already held evo since March.",
        ),
        (
            "insert into seeds.exceptions values (2121, 'nobody', 'evo', 1, null, 'declined', 'x')",
            "exceptions_are_known",
            "nobody, evo of 2121: no final ranking has a racer with this user_id.",
        ),
    ],
)  # fmt: skip
def test_what_a_test_forbids_is_told(broken, sql_of, change, name, sentence):
    broken.execute(change)
    assert sentence in message_of(broken, sql_of(name))


def test_the_rows_that_a_test_finds_can_be_printed(demo_built, tmp_path, monkeypatch, capsys):
    shutil.copytree(demo_built.data / "build", tmp_path / "build")
    with duckdb.connect(str(tmp_path / "build/league.duckdb")) as built:
        add(built, "seeds.exceptions", ["user_id", "prize", "season"])
    monkeypatch.setattr(build, "run", run_dbt_warm)
    assert build.show_problems(tmp_path, "exceptions_are_known") == 0
    said = capsys.readouterr().out
    assert '"problem": "exceptions.csv: x, x of 7: no final ranking' in said


def test_no_exceptions_are_shipped():
    assert (ROOT / "seeds/exceptions.csv").read_text().splitlines() == [
        "season,user_id,prize,from_round,to_round,reason,source"
    ]


@pytest.mark.parametrize(
    ("table", "order"),
    [
        ("prize_winners", "season, round_number, prize, award_number"),
        ("championship_qualifiers", "season, round_number, award_number"),
        ("wildcard_qualifiers", "season, round_number, award_number"),
        ("evo_winners", "season, round_number, award_number"),
        ("finale_lineups", "season, round_number, prize, award_number"),
        ("finale_attendance", "season, round_number, prize, eligible_place"),
        ("season_coverage", "season, coverage, prize"),
        ("races", "launched_at_utc, leaderboard_arn"),
    ],
)
def test_rows_come_in_the_order_in_which_they_are_read(demo_built, table, order):
    rows = demo_built.ask(f"select {order} from {table}")
    assert len(rows) > 1
    assert rows == sorted(rows)
