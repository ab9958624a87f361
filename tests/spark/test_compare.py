"""Two tables are equal when `except all` finds nothing, both ways."""

from __future__ import annotations

import duckdb
import pytest
from rich.console import Console

from spark.run import compare, show

OURS = "select * from (values (1, 'a'), (2, 'b'), (2, 'b')) as t (n, name)"


@pytest.mark.parametrize(
    ("theirs", "only_duckdb", "only_spark", "remark"),
    [
        (f"select name, n from ({OURS}) order by n desc", 0, 0, ""),
        (f"select distinct * from ({OURS})", 1, 0, "differs"),
        (OURS.replace("'a'", "null"), 1, 1, "differs"),
        (
            f"select n::bigint as n, name from ({OURS})",
            *(3, 0, "other columns or types: n BIGINT, n INTEGER"),
        ),
    ],
)
def test_a_row_more_or_less_another_value_or_type_is_a_difference_and_the_order_is_none(
    tmp_path, capsys, theirs, only_duckdb, only_spark, remark
):
    database, folder = tmp_path / "ours.duckdb", tmp_path / "the league's/winners"
    folder.mkdir(parents=True)
    with duckdb.connect(str(database)) as built:
        built.execute(f"create table winners as {OURS}")
        built.execute(f"copy ({theirs}) to $file", {"file": f"{folder}/part-0.parquet"})
    found = compare(database, "main", ["winners"], folder.parent)
    assert found == [("winners", 3, only_duckdb, only_spark, remark)]
    show(found, Console(width=100))
    printed = capsys.readouterr().out
    assert remark in printed
    assert f"{0 if remark else 1} of 1 tables are equal." in printed
