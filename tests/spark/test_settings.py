"""What a stranger writes in a row is a text for Spark as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from spark.cluster import Cluster, _settings
from spark.machine import java_problem

pytest.importorskip("pyspark", reason="Spark is not installed: `make spark-test` does that")
if problem := java_problem():
    pytest.skip(problem, allow_module_level=True)


def test_a_variable_in_a_seed_does_not_become_its_value(tmp_path: Path, monkeypatch):
    from pyspark.sql import SparkSession

    monkeypatch.setenv("LEAGUE_SECRET", "hunter2")
    cluster = Cluster(tmp_path, 0, 0, 0, 0, {})
    settings = dict(line.split(" ", 1) for line in _settings(cluster).splitlines())
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    # Those of SQL alone: there is no cluster here.
    for name, value in settings.items():
        if name.startswith("spark.sql.") and "warehouse" not in name:
            builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        text = "${env:LEAGUE_SECRET} ${spark.app.name}"
        assert spark.sql(f"select '{text}' as cell").collect()[0].cell == text
    finally:
        spark.stop()
