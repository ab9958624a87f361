"""Command line of the ingest: `python -m ingest --help`."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from ingest.errors import IngestError, Issue
from ingest.load import Outcome
from ingest.run import Run, run
from ingest.seeds import Seeds, read_seeds
from ingest.source import PINNED_REF, UPSTREAM, folder_source, is_web, public_source
from league.ending import ended
from league.lock import locked
from league.options import add_data, add_seeds, parser
from league.paths import typed
from league.text import for_terminal

EXIT_CODES = {
    "0": "loaded",
    "1": "nothing was loaded: no source, no network, no catalogue or not all of it, no database",
    "2": "wrong arguments",
    "3": "loaded, but a file that a prize depends on is in quarantine: publish nothing",
    "130, 143": "stopped by Ctrl-C, or by a signal to end: nothing was loaded",
}


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        with locked(options.data):
            return _report(_load(options, read_seeds(options.seeds)), options.seeds)
    except IngestError as stopped:
        print(f"ingest: {stopped}", file=sys.stderr)
        return 1


def _load(options: argparse.Namespace, seeds: Seeds) -> Run:
    name, ref = options.source or UPSTREAM, options.ref or PINNED_REF
    to = options.data / "build/league.duckdb", seeds
    if not is_web(name):
        if options.ref:
            raise IngestError(
                f"Expected REF= only with an address, found the folder {name}: a folder is "
                "one copy and has no other commits."
            )
        source = folder_source(typed(name))
        return run(source, *to, name, None, options.accept_changes)
    # Imported only where the network is asked: it takes as long as half a load.
    from ingest.download import find_base, is_commit, session, web_source

    with session() as web:
        base = find_base(web, name, ref, ref_was_asked=bool(options.ref))
        ref = None if base == name else ref
        folder = options.data / "download" / _folder_name(base)
        source = web_source(web, base, folder, is_commit(ref))
        return run(source, *to, base, ref, options.accept_changes)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    asks = parser(
        "ingest",
        "Load the league's catalogue and final rankings into schema `raw`.",
        EXIT_CODES,
    )
    asks.add_argument(
        "--source",
        help=f"folder in upstream's layout, or base address of a mirror (default: {UPSTREAM})",
    )
    asks.add_argument("--ref", help=f"commit to load (default: {PINNED_REF[:10]})")
    add_data(asks, "where downloads and databases go")
    add_seeds(asks, "the rows that say which boards make a season")
    asks.add_argument(
        "--accept-changes",
        action="store_true",
        help="load a ranking or a catalogue that holds less than it did, or than it should",
    )
    return asks.parse_args(arguments)


def _folder_name(base: str) -> str:
    """Where downloads from `base` are kept; no user, password or token is in the name."""
    public = public_source(base)
    name = "".join(c if c.isalnum() or c in ".-" else "_" for c in public.split("://", 1)[1])
    if public == base:
        return name
    return f"{name}_{hashlib.sha256(base.encode()).hexdigest()[:8]}"


def _report(done: Run, seeds: Path) -> int:
    if done.rebuilt:
        print(
            "The raw tables were of an earlier version of this project: made again, and all "
            "files loaded again.",
            file=sys.stderr,
        )
    counts = ", ".join(f"{count} {what}" for what, count in done.loaded.counts().items())
    print(f"{len(done.loaded.rankings)} rankings: {counts}.")
    for file, issue in done.loaded.accepted.items():
        print(f"{file}: accepted. {_sentence(issue)}", file=sys.stderr)
    for outcome in done.loaded.outcomes:
        if outcome.new_columns:
            columns = for_terminal(", ".join(outcome.new_columns))
            print(f"{outcome.file}: new columns, loaded: {columns}.")
        if outcome.issue:
            print(
                f"{outcome.file}: in quarantine. {_sentence(outcome.issue)}", file=sys.stderr
            )
    if done.unknown_boards:
        print(
            "In no catalogue and without a ranking, so nobody wins there yet (a misspelt Arn "
            f"looks the same), by {seeds}/round_races.csv: {_some(done.unknown_boards)}.",
            file=sys.stderr,
        )
    if done.unclaimed_rankings:
        print(
            "Named like a final ranking, and of no board: "
            f"{_some(done.unclaimed_rankings)}. A board's folder is named by its Arn, colons "
            "and all; an unzip tool may have put _ or %3A in the place of each colon. Rename "
            "the folders, or take SOURCE from `git clone`, which keeps the colons.",
            file=sys.stderr,
        )
    if done.quarantined_with_prizes:
        _explain_costs(done.quarantined_with_prizes)
        return 3
    return 0


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if names[3:] else ""
    return ", ".join(names[:3]) + more


def _sentence(issue: Issue) -> str:
    return f"Expected {issue.expected}, found {issue.found} at {issue.place}."


def _explain_costs(files: list[Outcome]) -> None:
    print(
        f"ingest: {len(files)} of the files in quarantine decide a prize. A wrong winner is "
        "worse than no answer: nothing should be published. Mend or refetch the files named "
        "above and run again. Where a file holds less than before, and you know that this is "
        "right, ACCEPT_CHANGES=1 (--accept-changes) loads it.",
        file=sys.stderr,
    )
    for advice in dict.fromkeys(file.issue.advice for file in files if file.issue):
        if advice:
            print(f"ingest: {advice}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(ended("ingest", main))
