"""The classes of faults, and the command line that chooses among them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from league.errors import ended
from tests.faults.disk import try_disk
from tests.faults.finals import try_catalogues, try_rankings
from tests.faults.history_stops import try_history_stops
from tests.faults.home import try_home
from tests.faults.kills import try_kills
from tests.faults.network import try_network
from tests.faults.order import try_order
from tests.faults.report import Tally, Try
from tests.faults.snapshots import try_snapshots
from tests.faults.together import try_together

CLASSES: dict[str, list[Try]] = {
    "files": [try_rankings, try_catalogues, try_snapshots],
    "network": [try_network],
    "disk": [try_disk, try_home],
    "together": [try_together],
    "order": [try_order],
    "kills": [try_kills, try_history_stops],
}


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(f"Seed {options.seed}; SEED={options.seed} tries the same again.")
    Tally.loud = sys.stderr.isatty() or options.loud
    failures = 0
    for name in options.classes or CLASSES:
        for attempt in CLASSES[name]:
            with tempfile.TemporaryDirectory() as folder:
                tally = attempt(Path(folder), options.seed, options.short)
            tally.show(console)
            failures += len(tally.failures)
    return 1 if failures else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults",
        description="Damage files, network, disk and processes; see whether promises are kept.",
        epilog="exit codes: 0 all survived, 1 a promise was broken, 2 wrong arguments",
    )
    parser.add_argument("classes", nargs="*", choices=[*CLASSES, []], metavar="class")
    parser.add_argument("--seed", type=int, default=1, help="which damage (default: 1)")
    parser.add_argument("--short", action="store_true", help="only a few of each class")
    parser.add_argument("--loud", action="store_true", help="tell each fault as it is tried")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(ended("faults", main))
