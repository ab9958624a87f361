"""Fetch files over HTTP into a folder that remembers what it has.

A file is asked for once: at a pinned commit it cannot change, and elsewhere the server is
asked whether it has changed (ETag). What arrives is written to a temporary file and
renamed, so that the folder never holds half a file; what is not understood is not kept.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from ingest.errors import IngestError
from ingest.progress import steps
from ingest.source import CATALOGUE, Fetch, Fetched, address

CONNECT_SECONDS, READ_SECONDS = 10, 60
AT_ONCE = 8
# A connection that breaks inside a body is not retried by urllib3 once headers are read.
BODY_ATTEMPTS = 3
WAYS_OUT = (
    "Ways out: SOURCE=<folder> takes a copy of the archive in upstream's layout, "
    "SOURCE=<address> a mirror; `make demo` shows the pipeline on an invented season "
    "and needs no network."
)


def retries(backoff_seconds: float = 0.5, longest_wait_seconds: int = 30) -> Retry:
    """Five more tries on 429, 5xx and connection errors; Retry-After honoured, capped."""
    return Retry(
        total=5,
        backoff_factor=backoff_seconds,
        backoff_max=longest_wait_seconds,
        retry_after_max=longest_wait_seconds,
        status_forcelist=(429, 500, 502, 503, 504),
        raise_on_status=False,
    )


def session(retry: Retry | None = None) -> requests.Session:
    made = requests.Session()
    adapter = HTTPAdapter(max_retries=retry or retries(), pool_maxsize=AT_ONCE)
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    made.headers["User-Agent"] = "deepracer-league (analytics of a public archive)"
    return made


def is_commit(ref: str | None) -> bool:
    """A full commit hash names its content; a branch or a short hash may move."""
    return bool(ref and re.fullmatch(r"[0-9a-f]{40}", ref))


def find_base(web: requests.Session, source: str, ref: str, ref_was_asked: bool) -> str:
    """The address below which `raw_data` lies: `<source>/<ref>`, or `<source>` itself.

    Upstream serves every commit under its name; a simple mirror serves one copy. Where a
    ref was asked for by name, only the first will do.

    Raises IngestError where neither has a catalogue, or nobody answers.
    """
    tried = [f"{source.rstrip('/')}/{ref}"]
    if not ref_was_asked:
        tried.append(source.rstrip("/"))
    for base in tried:
        answer = _get(web, address(base, CATALOGUE), {}, stream=True)
        answer.close()
        if answer.status_code == 200:
            return base
    raise IngestError(
        f"Expected {CATALOGUE} below {' or '.join(tried)}, the server answered "
        f"{answer.status_code}. Check SOURCE and REF. {WAYS_OUT}"
    )


def fetch_from_web(
    web: requests.Session,
    base: str,
    folder: Path,
    never_changes: bool,
    is_understood: Callable[[Fetched], bool],
) -> Fetch:
    """Fetch files below `base` into `folder`, several at a time, in the order asked.

    never_changes: what the folder has is not asked for again.
    is_understood: whether a file is worth keeping; an error page is not.
    """
    one = partial(_fetch_one, web, base, folder, never_changes, is_understood)

    def fetch(files: list[str]) -> list[Fetched]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            arriving = pool.map(one, files)
            return list(steps(arriving, len(files), "Fetching"))

    return fetch


def _fetch_one(
    web: requests.Session,
    base: str,
    folder: Path,
    never_changes: bool,
    is_understood: Callable[[Fetched], bool],
    file: str,
) -> Fetched:
    kept = folder / quote(file)
    etag_of_kept = kept.with_name(kept.name + ".etag")
    headers = {}
    if kept.is_file():
        if never_changes:
            return Fetched(file, kept.read_bytes())
        if etag_of_kept.is_file():
            headers["If-None-Match"] = etag_of_kept.read_text()

    answer = _get(web, address(base, file), headers)
    if answer.status_code == 304:
        return Fetched(file, kept.read_bytes())
    if answer.status_code == 404:
        return Fetched(file, None)
    if answer.status_code != 200:
        raise IngestError(
            f"Expected {answer.url} with status 200, the server answered "
            f"{answer.status_code} {answer.reason}, several times over. Try again later. "
            f"{WAYS_OUT}"
        )
    fetched = Fetched(file, answer.content)
    # The old tag must not outlive the file it belongs to.
    etag_of_kept.unlink(missing_ok=True)
    if is_understood(fetched):
        write_whole(kept, answer.content)
        if answer.headers.get("ETag"):
            write_whole(etag_of_kept, answer.headers["ETag"].encode())
    return fetched


def _get(
    web: requests.Session, url: str, headers: dict[str, str], stream: bool = False
) -> requests.Response:
    for attempt in range(1, BODY_ATTEMPTS + 1):
        try:
            return web.get(
                url,
                headers=headers,
                stream=stream,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
            )
        except requests.exceptions.ChunkedEncodingError as cut:
            # Fewer bytes came than Content-Length had said.
            if attempt == BODY_ATTEMPTS:
                raise IngestError(
                    f"Expected the whole of {url}, the connection was cut inside it "
                    f"{attempt} times ({cut}). Try again later. {WAYS_OUT}"
                ) from cut
        except requests.exceptions.RequestException as failed:
            raise IngestError(
                f"Expected an answer from {url}, found none: {failed}. {WAYS_OUT}"
            ) from failed
    raise AssertionError("unreachable: every attempt returns or raises")


def write_whole(path: Path, body: bytes) -> None:
    """Write `body` so that `path` is either what it was before or all of `body`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_file = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        partial_file.write_bytes(body)
        os.replace(partial_file, path)
    finally:
        partial_file.unlink(missing_ok=True)
