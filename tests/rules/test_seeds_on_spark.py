"""Seeds on Spark: what the macro writes is what the file has. Needs no Java: the SQL is read."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import jinja2
from hypothesis import given
from hypothesis import strategies as st

MACROS = Path(__file__).parents[2] / "macros/load_csv_rows.sql"


def macros(**of_dbt):
    """The macros of the file, with whatever they ask dbt for."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals.update(of_dbt, **{"return": lambda text: text})
    return environment.from_string(MACROS.read_text(encoding="utf-8")).module


def read_by_spark(literal: str) -> str:
    """The text of a literal: a backslash takes the next letter as it is, or for a special one.

    Source: Spark's SQL reference, "Literals".
    """
    inside = re.fullmatch(r"'((?:[^'\\]|\\.)*)'", literal.strip(), re.DOTALL)
    assert inside, f"not one literal: {literal}"
    special = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}
    return re.sub(r"\\(.)", lambda c: special.get(c[1], c[1]), inside[1], flags=re.DOTALL)


@given(st.text())
def test_spark_reads_a_cell_as_the_file_has_it(cell):
    assert read_by_spark(str(macros().spark_literal(cell))) == cell


def test_an_apostrophe_a_backslash_and_an_empty_cell_get_into_the_table():
    sent = []
    adapter = SimpleNamespace(add_query=lambda sql, abridge_sql_log: sent.append(sql))
    this = SimpleNamespace(render=lambda: "seeds.round_races")
    rows = [{"season": 2121, "race": "season's race"}, {"season": None, "race": "a\\b"}]
    table = SimpleNamespace(rows=rows, column_names=["season", "race"])
    types = {"season": "integer", "race": "string"}

    macros(adapter=adapter, this=this).spark__load_csv_rows(
        {"config": {"column_types": types}}, table
    )

    assert [" ".join(sql.split()) for sql in sent] == [
        "insert into seeds.round_races values "
        r"(cast('2121' as integer), cast('season\'s race' as string)), "
        r"(cast(null as integer), cast('a\\b' as string))"
    ]
