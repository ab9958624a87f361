"""Load the hours, without building: `python -m ingest.history --help`."""

from league.cli import load_history

if __name__ == "__main__":
    load_history(prog_name="python -m ingest.history")
