"""Every command: `python -m league --help`."""

from league.cli import league

if __name__ == "__main__":
    league(prog_name="python -m league")
