"""Load the rankings, before a `dbt build` of your own: `python -m ingest --help`."""

from league.cli import load

if __name__ == "__main__":
    load(prog_name="python -m ingest")
