"""Fetch files over HTTP into a folder that remembers what it has.

A file is asked for once: at a pinned commit it cannot change, and elsewhere the server is
asked whether it has changed (ETag). What arrives is written to a temporary file and
renamed, so that the folder never holds half a file. Not kept is what is not understood, and
what the server sent without saying where it ends: nobody knows whether that is all.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

import requests

from ingest.errors import IngestError
from ingest.progress import steps
from ingest.source import CATALOGUE, Fetched, Source, address, public_source
from ingest.together import together
from ingest.web import WAYS_OUT, Answer, get, session

AT_ONCE = 8
# All of upstream's files that are loaded have 24 MB together, and take a minute or two.
MOST_BYTES_IN_ALL = 1_000_000_000
LONGEST_RUN_SECONDS = 1800

__all__ = ["find_base", "is_commit", "session", "web_source"]


def is_commit(ref: str | None) -> bool:
    """A full commit hash names its content; a branch or a short hash may move."""
    return bool(ref and re.fullmatch(r"[0-9a-f]{40}", ref))


def find_base(web: requests.Session, source: str, ref: str, ref_was_asked: bool) -> str:
    """The address below which `raw_data` lies: `<source>/<ref>`, or `<source>` itself.

    Upstream serves every commit under its name; a simple mirror serves one copy. Where a
    ref was asked for by name, only the first will do.

    Raises IngestError where neither has a catalogue, or nobody answers.
    """
    tried = [address(source, ref)]
    if not ref_was_asked:
        tried.append(source)
    for base in tried:
        answer = get(web, address(base, CATALOGUE))
        if answer.status == 200:
            return base
    raise IngestError(
        f"Expected {CATALOGUE} below {' or '.join(map(public_source, tried))}, the server "
        f"answered {answer.status}. Check SOURCE and REF. {WAYS_OUT}"
    )


def web_source(
    web: requests.Session,
    base: str,
    folder: Path,
    never_changes: bool,
    is_understood: Callable[[Fetched], bool],
) -> Source:
    """Fetch files below `base` into `folder`, several at a time, in the order asked.

    never_changes: what the folder has is not asked for again.
    is_understood: whether a file is worth keeping; an error page is not.

    Raises IngestError where all files together take longer than LONGEST_RUN_SECONDS.
    """
    deadline = time.monotonic() + LONGEST_RUN_SECONDS
    one = partial(_fetch_one, web, base, folder, never_changes, is_understood)

    def fetch(files: list[str]) -> list[Fetched]:
        arrived, size = [], 0
        arriving = together(one, files, AT_ONCE, deadline, _too_long(base))
        for fetched in steps(arriving, len(files), "Fetching"):
            arrived.append(fetched)
            size += len(fetched.body or b"")
            if size > MOST_BYTES_IN_ALL:
                raise IngestError(
                    f"Expected at most {MOST_BYTES_IN_ALL:,} bytes from "
                    f"{public_source(base)}, found more. Is it a copy of the archive?"
                )
        return arrived

    def forget(files: list[str]) -> None:
        for file in files:
            for path in _kept(folder, file):
                path.unlink(missing_ok=True)

    return Source(fetch, forget)


def _too_long(base: str) -> IngestError:
    return IngestError(
        f"Expected all files from {public_source(base)} within {LONGEST_RUN_SECONDS} "
        "seconds, found a slower server. What has arrived is kept; run again to go on. "
        f"{WAYS_OUT}"
    )


def _kept(folder: Path, file: str) -> tuple[Path, Path]:
    """Where a file is kept, and where its ETag."""
    kept = folder / quote(file)
    return kept, kept.with_name(kept.name + ".etag")


def _fetch_one(
    web: requests.Session,
    base: str,
    folder: Path,
    never_changes: bool,
    is_understood: Callable[[Fetched], bool],
    file: str,
) -> Fetched:
    kept, etag_of_kept = _kept(folder, file)
    etag = None
    if kept.is_file():
        if never_changes:
            return Fetched(file, kept.read_bytes())
        if etag_of_kept.is_file():
            etag = etag_of_kept.read_text()

    answer = get(web, address(base, file), etag)
    if answer.status == 304 and etag:
        return Fetched(file, kept.read_bytes())
    if answer.status == 404:
        return Fetched(file, None)
    if answer.status != 200:
        raise _refused(address(base, file), answer)
    fetched = Fetched(file, answer.body)
    # The old tag must not outlive the file it belongs to.
    etag_of_kept.unlink(missing_ok=True)
    if answer.is_whole and is_understood(fetched):
        write_whole(kept, answer.body)
        if answer.etag:
            write_whole(etag_of_kept, answer.etag.encode())
    else:
        kept.unlink(missing_ok=True)
    return fetched


def _refused(url: str, answer: Answer) -> IngestError:
    times = "" if answer.asked == 1 else f", {answer.asked} times over"
    return IngestError(
        f"Expected {public_source(url)} with status 200, the server answered "
        f"{answer.status} {answer.reason}{times}. Try again later. {WAYS_OUT}"
    )


def write_whole(path: Path, body: bytes) -> None:
    """Write `body` so that `path` is either what it was before or all of `body`.

    What a killed run left half written is written over: one command at a time is at work."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_file = path.with_name(f"{path.name}.part")
    try:
        partial_file.write_bytes(body)
        os.replace(partial_file, path)
    finally:
        partial_file.unlink(missing_ok=True)
