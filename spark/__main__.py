"""Build on Spark as well, and compare: `python -m spark --help`."""

from league.cli import spark

if __name__ == "__main__":
    spark(prog_name="python -m spark")
