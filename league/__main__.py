"""What `make winners`, `publish`, `history` and `demo` do: `python -m league --help`.

Each is one command that holds the lock of its folder of data from its first step to its
last, so that nobody publishes what somebody else has loaded meanwhile.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import redirect_stdout
from pathlib import Path

from league.ending import ended
from league.lock import locked
from league.made_here import claim
from league.paths import data_folder, typed

FORMATS = ("terminal", "markdown")


def main(arguments: list[str] | None = None) -> int:
    # Imported here, where a Ctrl-C already ends with a sentence.
    from league.build import LeagueError

    options = _options(arguments)
    if options.format not in FORMATS:
        print(
            f'Expected FORMAT=terminal or FORMAT=markdown, found "{options.format}".',
            file=sys.stderr,
        )
        return 2
    if options.command == "history" and not options.source:
        print(
            "Expected SOURCE=, a folder in upstream's layout or a git clone of upstream (a "
            "bare one will do).",
            file=sys.stderr,
        )
        return 2
    data = options.data.resolve()
    try:
        if options.command == "demo":
            return _demo(data / "demo", options)
        with locked(data):
            claim(data)
            if options.command == "history":
                return _history(data, options)
            if options.as_of:
                return _as_of(data, options)
            return _winners(data, options)
    except LeagueError as stopped:
        print(f"league: {stopped}", file=sys.stderr)
        return 1


def _winners(data: Path, options: argparse.Namespace) -> int:
    from ingest.__main__ import main as ingest

    given = ["--data", str(data)]
    given += ["--source", options.source] if options.source else []
    given += ["--seeds", options.seeds] if options.seeds else []
    given += ["--ref", options.ref] if options.ref else []
    given += ["--accept-changes"] if options.accept_changes else []
    # Markdown goes to a chat as it is; all that is said beside it goes elsewhere.
    with redirect_stdout(sys.stderr if options.format == "markdown" else sys.stdout):
        code = ingest(given)
    return code or _build_and_publish(data, options)


def _as_of(data: Path, options: argparse.Namespace) -> int:
    """In a folder of its own: looking back leaves the real result alone."""
    from ingest.as_of import main as prepare
    from league.build import take_what_was_read

    there = data / "as-of" / options.as_of.replace(":", "-").replace("/", "-")
    code = prepare(
        [options.as_of, "--database", str(data / "build/league.duckdb"), "--data", str(there)]
    )
    if code:
        return code
    take_what_was_read(data, there)
    return _build_and_publish(there, options)


def _history(data: Path, options: argparse.Namespace) -> int:
    from ingest.history.__main__ import NOTHING_NEW
    from ingest.history.__main__ import main as load

    code = load(
        [
            str(data / "build/league.duckdb"),
            options.source,
            "--published",
            str(data / "league.duckdb"),
        ]
    )
    if code == NOTHING_NEW:
        if not options.force:
            return 0
        code = 0
    return code or _build_and_publish(data, options)


def _demo(data: Path, options: argparse.Namespace) -> int:
    from league import fictional_season

    with locked(data):
        fictional_season.invent(data)
        options.source, options.ref, options.as_of = str(data / "race-data"), "", ""
        options.seeds = str(data / "seeds")
        return _winners(data, options)


def _build_and_publish(data: Path, options: argparse.Namespace) -> int:
    from league.build import build_news
    from publish.__main__ import main as publish

    seeds = typed(options.seeds).resolve() if options.seeds else None
    code = build_news(data, seeds, options.force)
    if code:
        return code
    given = ["--everything"] if options.command == "publish" else []
    given += [] if options.force else ["--what-changed"]
    given += ["--accept-changes"] if options.accept_changes else []
    target = ["--target", str(data / "build/target")]
    return publish(["--data", str(data), *target, "--format", options.format, *given])


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m league",
        description="Load, build, test and publish in one go; `make` says what there is.",
    )
    parser.add_argument("command", choices=("winners", "publish", "history", "demo"))
    parser.add_argument(
        "--data", type=data_folder, default="data", help="where everything goes"
    )
    parser.add_argument("--source", default="", help="a folder, an address or a git clone")
    parser.add_argument("--ref", default="", help="another commit of upstream")
    parser.add_argument("--as-of", default="", help="a moment to look back from")
    parser.add_argument("--format", default="terminal", help=" or ".join(FORMATS))
    parser.add_argument("--seeds", default="", help="a folder with the rows of another league")
    parser.add_argument(
        "--accept-changes",
        action="store_true",
        help="load and publish what holds less than before",
    )
    parser.add_argument("--force", action="store_true", help="build although nothing is new")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(ended("league", main))
