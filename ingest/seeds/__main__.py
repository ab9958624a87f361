"""Command line of the seeds: `python -m ingest.seeds --help`."""

from __future__ import annotations

import sys

import duckdb

from ingest.seeds import SeedError, read_seeds
from league.ending import ended
from league.options import add_data, add_seeds, parser


def main(arguments: list[str] | None = None) -> int:
    asks = parser(
        "ingest.seeds",
        "Check the rows in seeds/, so that `dbt build` may build from them.",
        {"0": "they fit together", "2": "wrong arguments", "4": "they do not"},
    )
    add_data(asks, "the folder with build/league.duckdb, which notes what was checked")
    add_seeds(asks, "the rows to check")
    options = asks.parse_args(arguments)
    built = options.data / "build/league.duckdb"
    try:
        seeds = read_seeds(options.seeds)
    except SeedError as stopped:
        print(stopped, file=sys.stderr)
        return 4
    if built.is_file():
        with duckdb.connect(str(built)) as database:
            seeds.note_checked(database)
    print(f"The rows in {options.seeds} fit together.")
    return 0


if __name__ == "__main__":
    sys.exit(ended("seeds", main))
