"""Load the final rankings, and say what was loaded and what is in quarantine."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from ingest.errors import IngestError, Issue
from ingest.load import Outcome
from ingest.run import Run, run
from ingest.seeds import Seeds, read_seeds
from ingest.source import PINNED_REF, UPSTREAM, folder_source, is_web, public_source
from league.data_folder import PROJECT, at_work
from league.paths import PROJECT_SEEDS, typed
from league.text import for_terminal, say


class PrizesInQuarantine(IngestError):
    """All was loaded, but a file that a prize depends on."""

    exit_code = 3


def load_rankings(
    data: Path,
    seeds_folder: Path,
    source: str | None = None,
    ref: str | None = None,
    accept_changes: bool = False,
) -> None:
    """Load the catalogue and the final rankings into `data`, and print what was loaded.

    source: a folder in upstream's layout or the base address of a mirror; upstream without it.
    ref: another commit of upstream than the pinned one. accept_changes: load what holds less
    than it did.

    Raises IngestError where nothing was loaded, PrizesInQuarantine where not enough was.
    """
    seeds = read_seeds(seeds_folder)
    # Noted for a dbt of the user's own, which reads those of this project.
    folder = seeds_folder.resolve()
    others = None if folder == PROJECT / PROJECT_SEEDS else str(folder)
    with at_work(data):
        _report(_load(data, seeds, others, source, ref, accept_changes), seeds_folder)


def _load(
    data: Path,
    seeds: Seeds,
    others: str | None,
    source: str | None,
    ref: str | None,
    accept_changes: bool,
) -> Run:
    name = source or UPSTREAM
    to = data / "build/league.duckdb", seeds
    if not is_web(name):
        if ref:
            raise IngestError(
                f"Expected REF= only with an address, found the folder {name}: a folder is "
                "one copy and has no other commits."
            )
        return run(folder_source(typed(name)), *to, name, None, accept_changes, others)
    # Imported only where the network is asked: it takes as long as half a load.
    from ingest.download import Session, find_base, is_commit, web_source

    with Session() as web:
        base = find_base(web, name, ref or PINNED_REF, ref_was_asked=bool(ref))
        commit = None if base == name else ref or PINNED_REF
        folder = data / "download" / _folder_name(base)
        files = web_source(web, base, folder, is_commit(commit))
        return run(files, *to, base, commit, accept_changes, others)


def _folder_name(base: str) -> str:
    """Where downloads from `base` are kept; no user, password or token is in the name."""
    public = public_source(base)
    name = "".join(c if c.isalnum() or c in ".-" else "_" for c in public.split("://", 1)[1])
    if public == base:
        return name
    return f"{name}_{hashlib.sha256(base.encode()).hexdigest()[:8]}"


def _report(done: Run, seeds: Path) -> None:
    if done.rebuilt:
        say(
            "The raw tables were of an earlier version of this project: made again, and all "
            "files loaded again.",
            aside=True,
        )
    counts = ", ".join(f"{count} {what}" for what, count in done.loaded.counts().items())
    # In a file both outputs are read together, in this order.
    say(f"{len(done.loaded.rankings)} rankings: {counts}.")
    sys.stdout.flush()
    for loss in done.losses:
        say(loss, aside=True)
    for file, issue in done.loaded.accepted.items():
        say(f"{file}: accepted. {_sentence(issue)}", aside=True)
    for outcome in done.loaded.outcomes:
        if outcome.new_columns and outcome.outcome != "quarantined":
            columns = for_terminal(", ".join(outcome.new_columns))
            say(f"{outcome.file}: new columns, loaded: {columns}.")
        if outcome.issue:
            say(f"{outcome.file}: in quarantine. {_sentence(outcome.issue)}", aside=True)
    if done.unknown_boards:
        say(
            "In no catalogue and without a ranking, so nobody wins there yet (a misspelt Arn "
            f"looks the same), by {seeds}/round_races.csv: {_some(done.unknown_boards)}.",
            aside=True,
        )
    if done.unclaimed_rankings:
        say(
            "Named like a final ranking, and of no board: "
            f"{_some(done.unclaimed_rankings)}. A ranking is FINAL.csv, in capitals, in a folder "
            "that is named by the board's Arn, letter by letter, colons and all; an unzip tool "
            "may have put _ or %3A in the place of each colon. Rename what is named otherwise, "
            "or take SOURCE from `git clone`, which keeps the names.",
            aside=True,
        )
    if done.quarantined_with_prizes:
        raise PrizesInQuarantine(_explain_costs(done.quarantined_with_prizes))


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if names[3:] else ""
    return ", ".join(names[:3]) + more


def _sentence(issue: Issue) -> str:
    return f"Expected {issue.expected}, found {issue.found} at {issue.place}."


def _explain_costs(files: list[Outcome]) -> str:
    advice = [file.issue.advice for file in files if file.issue and file.issue.advice]
    return "\n".join(
        [
            f"{len(files)} of the files in quarantine decide a prize. A wrong winner is "
            "worse than no answer: nothing should be published. Mend or refetch the files "
            "named above and run again. Where a file holds less than before, and you know "
            "that this is right, ACCEPT_CHANGES=1 (--accept-changes) loads it.",
            *dict.fromkeys(advice),
        ]
    )
