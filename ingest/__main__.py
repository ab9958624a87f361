"""Command line of the ingest: `python -m ingest --help`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from ingest.download import fetch_from_web, find_base, is_commit, session
from ingest.errors import IngestError
from ingest.parse import Broken
from ingest.run import Run, is_understood, run
from ingest.seeds import SeedError, read_seeds
from ingest.source import PINNED_REF, UPSTREAM, fetch_from_folder, is_web

EXIT_CODES = """exit codes:
  0  loaded
  1  nothing was loaded: no source, no network, no catalogue, database busy
  2  wrong arguments
  3  loaded, but a file that a prize depends on is in quarantine: publish nothing
  4  nothing was loaded: rows in seeds/ do not fit together
"""


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    data = Path(options.data)
    try:
        seeds = read_seeds(options.seeds)
        source, ref = options.source or UPSTREAM, options.ref or PINNED_REF
        if is_web(source):
            with session() as web:
                base = find_base(web, source, ref, ref_was_asked=bool(options.ref))
                ref = ref if base.endswith(ref) else None
                folder = data / "download" / _folder_name(base)
                fetch = fetch_from_web(web, base, folder, is_commit(ref), is_understood)
                done = run(fetch, data / "build/league.duckdb", seeds, base, ref)
        else:
            if options.ref:
                raise IngestError(
                    f"Expected REF= only with an address, found the folder {source}: a "
                    "folder is one copy and has no other commits."
                )
            fetch = fetch_from_folder(Path(source))
            done = run(fetch, data / "build/league.duckdb", seeds, source, None)
    except SeedError as stopped:
        print(stopped, file=sys.stderr)
        return 4
    except IngestError as stopped:
        print(f"ingest: {stopped}", file=sys.stderr)
        return 1
    return _report(done, options.seeds)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Load the league's catalogue and final rankings into schema `raw`.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--source",
        help=f"folder in upstream's layout, or base address of a mirror (default: {UPSTREAM})",
    )
    parser.add_argument("--ref", help=f"commit to load (default: {PINNED_REF[:10]})")
    parser.add_argument(
        "--data",
        default=os.environ.get("LEAGUE_DATA", "data"),
        help="where downloads and databases go (default: data, or $LEAGUE_DATA)",
    )
    parser.add_argument(
        "--seeds",
        type=Path,
        default=Path(os.environ.get("LEAGUE_SEEDS", "seeds")),
        help="the rows that say which boards make a season (default: seeds, or $LEAGUE_SEEDS)",
    )
    return parser.parse_args(arguments)


def _folder_name(base: str) -> str:
    return "".join(c if c.isalnum() or c in ".-" else "_" for c in base.split("://", 1)[1])


def _report(done: Run, seeds: Path) -> int:
    counts = ", ".join(f"{count} {outcome}" for outcome, count in done.counts().items())
    print(f"{len(done.rankings)} rankings: {counts}.")
    for file in [done.catalogue, *done.rankings]:
        if file.new_columns:
            print(f"{file.name}: new columns, loaded: {', '.join(file.new_columns)}.")
        if file.outcome == "quarantined" and isinstance(file.content, Broken):
            print(
                f"{file.name}: in quarantine. Expected {file.content.expected}, found "
                f"{file.content.found} at {file.content.place}.",
                file=sys.stderr,
            )
    if done.unknown_boards:
        print(
            f"In no catalogue and without a ranking, so nobody wins there yet (a misspelt Arn "
            f"looks the same), by {seeds}/round_races.csv: {', '.join(done.unknown_boards[:3])}"
            + (f" and {len(done.unknown_boards) - 3} more" if done.unknown_boards[3:] else "")
            + ".",
            file=sys.stderr,
        )
    if done.quarantined_with_prizes:
        print(
            f"ingest: {len(done.quarantined_with_prizes)} of the files in quarantine decide "
            "a prize. A wrong winner is worse than no answer: nothing should be "
            "published. Mend or refetch the files named above and run again.",
            file=sys.stderr,
        )
        advice = (file.content.advice for file in done.quarantined_with_prizes)
        for text in dict.fromkeys(filter(None, advice)):
            print(f"ingest: {text}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
