"""Command line of the ingest: `python -m ingest --help`."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from common.ending import ended
from common.lock import locked
from common.options import add_data, add_seeds, parser
from common.paths import typed
from common.text import for_terminal
from ingest.download import find_base, is_commit, session, web_source
from ingest.errors import Broken, IngestError
from ingest.file import File
from ingest.run import Run, is_understood, run
from ingest.seeds import SeedError, Seeds, read_seeds
from ingest.source import PINNED_REF, UPSTREAM, folder_source, is_web, public_source

EXIT_CODES = {
    "0": "loaded",
    "1": "nothing was loaded: no source, no network, no catalogue or not all of it, no database",
    "2": "wrong arguments",
    "3": "loaded, but a file that a prize depends on is in quarantine: publish nothing",
    "4": "nothing was loaded: rows in seeds/ do not fit together",
    "130, 143": "stopped by Ctrl-C, or by a signal to end: nothing was loaded",
}


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        seeds = read_seeds(options.seeds)
        with locked(options.data):
            return _report(_load(options, seeds), options.seeds)
    except SeedError as stopped:
        print(stopped, file=sys.stderr)
        return 4
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
    with session() as web:
        base = find_base(web, name, ref, ref_was_asked=bool(options.ref))
        ref = None if base == name else ref
        folder = options.data / "download" / _folder_name(base)
        source = web_source(web, base, folder, is_commit(ref), is_understood)
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
    if done.made_anew:
        print(
            "The raw tables were of an earlier version of this project: made anew, and all "
            "files loaded again.",
            file=sys.stderr,
        )
    counts = ", ".join(f"{count} {outcome}" for outcome, count in done.counts().items())
    print(f"{len(done.rankings)} rankings: {counts}.")
    for doubt in done.accepted:
        print(f"{doubt.file.name}: accepted. {_told(doubt.reason)}", file=sys.stderr)
    for file in [done.catalogue, *done.rankings]:
        if file.new_columns:
            columns = for_terminal(", ".join(file.new_columns))
            print(f"{file.name}: new columns, loaded: {columns}.")
        if file.outcome == "quarantined" and isinstance(file.content, Broken):
            print(f"{file.name}: in quarantine. {_told(file.content)}", file=sys.stderr)
    if done.unknown_boards:
        print(
            "In no catalogue and without a ranking, so nobody wins there yet (a misspelt Arn "
            f"looks the same), by {seeds}/round_races.csv: "
            + ", ".join(done.unknown_boards[:3])
            + (f" and {len(done.unknown_boards) - 3} more" if done.unknown_boards[3:] else "")
            + ".",
            file=sys.stderr,
        )
    if done.quarantined_with_prizes:
        _say_what_it_costs(done.quarantined_with_prizes)
        return 3
    return 0


def _told(reason: Broken) -> str:
    return f"Expected {reason.expected}, found {reason.found} at {reason.place}."


def _say_what_it_costs(files: list[File]) -> None:
    print(
        f"ingest: {len(files)} of the files in quarantine decide a prize. A wrong winner is "
        "worse than no answer: nothing should be published. Mend or refetch the files named "
        "above and run again. Where a file holds less than before, and you know that this is "
        "right, ACCEPT_CHANGES=1 (--accept-changes) loads it.",
        file=sys.stderr,
    )
    reasons = [file.content for file in files if isinstance(file.content, Broken)]
    for advice in dict.fromkeys(reason.advice for reason in reasons):
        if advice:
            print(f"ingest: {advice}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(ended("ingest", main))
