"""Two tables are equal when `except all` finds nothing, both ways."""

from __future__ import annotations

import duckdb
import pytest
from rich.console import Console

from spark.run import compare, show

OURS = "select * from (values (1, 'a'), (2, 'b'), (2, 'b')) as t (n, name)"


@pytest.fixture
def compared(tmp_path):
    """The comparison of one table with what this SQL says it is on Spark."""

    def of(theirs: str):
        database, folder = tmp_path / "ours.duckdb", tmp_path / "answers/winners"
        folder.mkdir(parents=True)
        with duckdb.connect(str(database)) as built:
            built.execute(f"create table winners as {OURS}")
            built.execute(f"copy ({theirs}) to '{folder}/part-0.parquet'")
        (found,) = compare(database, "main", ["winners"], tmp_path / "answers")
        return found

    return of


def test_the_order_of_rows_and_columns_is_no_difference(compared):
    found = compared(f"select name, n from ({OURS}) order by n desc")
    assert found.is_equal
    assert found.rows == 3


def test_a_row_that_is_there_once_less_is_found(compared):
    found = compared(f"select distinct * from ({OURS})")
    assert (found.only_duckdb, found.only_spark, found.is_equal) == (1, 0, False)


def test_another_value_is_found_on_both_sides(compared):
    found = compared(OURS.replace("'a'", "null"))
    assert (found.only_duckdb, found.only_spark, found.is_equal) == (1, 1, False)


def test_another_type_or_column_is_a_difference(compared):
    found = compared(f"select n::bigint as n, name from ({OURS})")
    assert not found.is_equal
    assert found.remark == "other columns or types: n BIGINT, n INTEGER"


def test_a_difference_is_printed(compared, capsys):
    show([compared(OURS.replace("'a'", "null"))], Console(width=100))
    printed = capsys.readouterr().out
    assert "differs" in printed
    assert "0 of 1 tables are equal." in printed
