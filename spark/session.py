"""Build every model on a Spark inside this process: `python -m spark.session FOLDER`.

FOLDER has the raw tables in `raw`; every model becomes Parquet in `warehouse`. Spark listens on
loopback only, unless it is told of a cluster, and ends with this process, however that ends.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

# For a short run; Java then has room for 48 MB of compiled code only, which a build fills.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m"


def settings(folder: Path) -> dict[str, str]:
    """Spark's settings for a run with its files in `folder`."""
    return {
        "spark.driver.memory": "2g",
        "spark.driver.extraJavaOptions": JAVA_OPTIONS,
        "spark.local.dir": str(folder / "tmp"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        # Tables live as long as the session: no metastore, no lock that stays behind.
        "spark.sql.catalogImplementation": "in-memory",
        # A cast that fails gives null, as the models' try_cast does; dbt-spark sets it so too.
        "spark.sql.ansi.enabled": "false",
        # `${env:NAME}` in a row of seeds is a text, not the value of a variable.
        "spark.sql.variable.substitute": "false",
        # The league is small: more partitions are more to wait for.
        "spark.sql.shuffle.partitions": "2",
        # A season with many rounds takes more than the usual 100 passes.
        "spark.sql.analyzer.maxIterations": "10000",
    }


def start(folder: Path) -> Any:
    """A SparkSession, which dbt then uses as well."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(os.environ["SPARK_MASTER"])
    for name, value in settings(folder).items():
        builder = builder.config(name, value)
    return builder.appName("league").getOrCreate()


def build(folder: Path) -> bool:
    """Build and test everything; whether all went well."""
    session = start(folder)
    for table in sorted((folder / "raw").iterdir()):
        session.sql(f"create schema if not exists {table.name.split('.')[0]}")
        session.read.parquet(str(table)).createOrReplaceTempView("rows")
        session.sql(f"create table {table.name} using parquet as select * from rows")
    # A person sees what is being built; a log wants to know what went wrong.
    form = [] if sys.stdout.isatty() else ["--quiet", "--no-use-colors"]
    command = ["build", "--target", "spark", "--exclude-resource-type", "unit_test"]
    return dbtRunner().invoke([*form, *command]).success


if __name__ == "__main__":
    sys.exit(0 if build(Path(sys.argv[1])) else 1)
