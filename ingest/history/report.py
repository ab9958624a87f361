"""Load the hourly history, and say what was loaded and what is in quarantine."""

from __future__ import annotations

from pathlib import Path

from ingest.history.load import load
from league.data_folder import at_work, locked
from league.text import say


def load_history(database: Path, source: Path) -> None:
    """Load every new snapshot of `source` into `database`, and print how many there were.

    Raises IngestError where not all was loaded; boards that were done are kept.
    """
    folder = database.parent
    with at_work(folder.parent) if folder.name == "build" else locked(folder):
        summary = load(database, source)
    found = ", ".join(f"{count:,} {what}" for what, count in sorted(summary.outcomes.items()))
    say(f"{found or 'nothing new'}; {summary.known:,} files were known")
    if summary.outcomes.get("quarantined"):
        say("See: select * from history.file where outcome = 'quarantined'", aside=True)
