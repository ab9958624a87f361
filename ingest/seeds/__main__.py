"""Command line of the seeds: `python -m ingest.seeds --help`."""

from __future__ import annotations

from pathlib import Path

import click
import duckdb

from ingest.seeds import read_seeds
from league.cli import Command, data_option, seeds_option
from league.paths import PROJECT_SEEDS


@click.command("seeds", cls=Command)
@data_option
@seeds_option
def main(data: Path, seeds: Path | None) -> None:
    """Check the rows in seeds/, so that `dbt build` may build from them."""
    folder = seeds or PROJECT_SEEDS
    checked = read_seeds(folder)
    built = data / "build/league.duckdb"
    if built.is_file():
        with duckdb.connect(str(built)) as database:
            checked.note_checked(database)
    print(f"The rows in {folder} fit together.")


if __name__ == "__main__":
    main(prog_name="python -m ingest.seeds")
