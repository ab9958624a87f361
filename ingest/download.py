"""Fetch files over HTTP into a folder that remembers what it has.

A file is asked for once: at a pinned commit it cannot change, and elsewhere the server is
asked whether it has changed (ETag). What arrives is written to a temporary file and
renamed, so that the folder never holds half a file. Kept only for this run is what the
server sent without its length: that may not be all.
"""

from __future__ import annotations

import concurrent.futures
import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

from ingest.errors import IngestError
from ingest.progress import steps
from ingest.source import CATALOGUE, Fetched, Source, address, public_source
from ingest.web import HINT, MAX_WORKERS, Session, get, refuse_ambiguous

# All of upstream's files that are loaded have 24 MB together, and take a minute or two.
MAX_TOTAL_BYTES = 1_000_000_000
MAX_RUN_SECONDS = 1800

__all__ = ["Session", "find_base", "is_commit", "web_source"]


def is_commit(ref: str | None) -> bool:
    """A full commit hash names its content; a branch or a short hash may move."""
    return bool(ref and re.fullmatch(r"[0-9a-f]{40}", ref))


def find_base(web: Session, source: str, ref: str, ref_was_asked: bool) -> str:
    """The address below which `raw_data` lies: `<source>/<ref>`, or `<source>` itself.

    Upstream serves every commit under its name; a simple mirror serves one copy. Where a
    ref was asked for by name, only the first will do.

    Raises IngestError where the address may mean two servers, neither has a catalogue, or no server answers.
    """
    refuse_ambiguous(source)
    candidates = [address(source, ref)]
    if not ref_was_asked:
        candidates.append(source)
    for base in candidates:
        answer = get(web, address(base, CATALOGUE))
        if answer.status == 200:
            return base
    raise IngestError(
        f"Expected {CATALOGUE} below {' or '.join(map(public_source, candidates))}, the "
        f"server answered {answer.status}. Check SOURCE and REF. {HINT}"
    )


def web_source(web: Session, base: str, folder: Path, never_changes: bool) -> Source:
    """Fetch files below `base` into `folder`, MAX_WORKERS at a time, in the order asked.

    never_changes: what the folder has is not asked for again.

    Raises IngestError where all files together take longer than MAX_RUN_SECONDS.
    """
    fetch_one = partial(_fetch_one, web, base, folder, never_changes)

    def fetch(files: list[str]) -> Iterator[Fetched]:
        pool, size = concurrent.futures.ThreadPoolExecutor(MAX_WORKERS), 0
        try:
            arriving = pool.map(fetch_one, files, timeout=MAX_RUN_SECONDS)
            for fetched in steps(arriving, len(files), "Fetching"):
                size += fetched.path.stat().st_size if fetched.path else 0
                if size > MAX_TOTAL_BYTES:
                    raise IngestError(
                        f"Expected at most {MAX_TOTAL_BYTES:,} bytes from "
                        f"{public_source(base)}, found more. Is it a copy of the archive?"
                    )
                yield fetched
        except concurrent.futures.TimeoutError:
            raise IngestError(
                f"Expected all files from {public_source(base)} within {MAX_RUN_SECONDS} "
                "seconds, found a slower server. What has arrived is kept; run again to go "
                f"on. {HINT}"
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def forget(files: list[str]) -> None:
        kept = [folder / quote(file) for file in files]
        for path in [*kept, *map(_etag_of, kept), *folder.rglob("*.once")]:
            path.unlink(missing_ok=True)

    return Source(fetch, forget)


def _etag_of(kept: Path) -> Path:
    return kept.with_name(f"{kept.name}.etag")


def _once(kept: Path) -> Path:
    """Where a file lies for this run only."""
    return kept.with_name(f"{kept.name}.once")


def _fetch_one(
    web: Session, base: str, folder: Path, never_changes: bool, file: str
) -> Fetched:
    kept = folder / quote(file)
    etag = None
    if kept.is_file():
        if never_changes:
            return Fetched(file, kept)
        etag = _etag_of(kept).read_text() if _etag_of(kept).is_file() else None

    kept.parent.mkdir(parents=True, exist_ok=True)
    # What a killed run left half written is written over: one command at a time is at work.
    partial_file = kept.with_name(f"{kept.name}.part")
    try:
        answer = get(web, address(base, file), partial_file, etag)
        if answer.status == 304 and etag:
            return Fetched(file, kept)
        if answer.status == 404:
            return Fetched(file, None)
        if answer.status != 200:
            raise IngestError(
                f"Expected {public_source(address(base, file))} with status 200, the server "
                f"answered {answer.status} {answer.reason}. Try again later. {HINT}"
            )
        # The old tag must not outlive the file it belongs to.
        _etag_of(kept).unlink(missing_ok=True)
        if not answer.is_complete:
            kept.unlink(missing_ok=True)
            kept = _once(kept)
        os.replace(partial_file, kept)
    finally:
        partial_file.unlink(missing_ok=True)
    if answer.etag and answer.is_complete:
        _etag_of(kept).write_text(answer.etag)
    return Fetched(file, kept)
