"""Show the rows that a data test finds in the last build: `python -m league.problems --help`."""

from __future__ import annotations

import subprocess
import sys

from league.build import PROJECT
from league.dbt import DBT, dbt_environment
from league.ending import ended
from league.options import add_data, parser


def main(arguments: list[str] | None = None) -> int:
    asks = parser(
        "league.problems",
        "The rows that a data test finds in the last build, as JSON.",
        {
            "0": "the test ran; it prints what it found",
            "1": "no build",
            "2": "wrong arguments",
        },
    )
    add_data(asks, "the folder with build/league.duckdb")
    asks.add_argument("test", help="the name of a data test, like keys_of_published_tables")
    options = asks.parse_args(arguments)
    data = options.data.resolve()
    database = data / "build/league.duckdb"
    if not database.is_file():
        print(
            f"There is no {database} yet. Run `make winners` or `make demo` first.",
            file=sys.stderr,
        )
        return 1
    show = ("--quiet", "show", "--select", options.test, "--limit", "1000", "--output", "json")
    environment = dbt_environment(PROJECT, data / "build")
    return subprocess.run([*DBT, *show], cwd=data, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(ended("problems", main))
