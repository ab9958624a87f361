"""Publish what a `dbt build` of your own has built: `python -m publish --help`."""

from league.cli import publish_built

if __name__ == "__main__":
    publish_built(prog_name="python -m publish")
