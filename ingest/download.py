"""Download files into a folder in upstream's layout, bounded in size and in time.

A server may send whatever it likes, for as long as it likes: informational answers without an
end, a header a second, a body or a trailer that never stops. One deadline holds for all of it:
daemon threads do the asking, and when the time is over nothing waits for them any more. What is
not wanted is not read: the connection is closed instead.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import re
import sys
import time
from multiprocessing.pool import ThreadPool
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.auth import HTTPBasicAuth
from requests.utils import get_auth_from_url

from ingest.errors import IngestError, WrongArgument
from ingest.source import (
    CATALOGUE,
    MAX_BYTES,
    PINNED_REF,
    UPSTREAM,
    Source,
    address,
    is_web,
    public_source,
)
from league.terminal import steps
from league.text import for_terminal

CONNECT_SECONDS, READ_SECONDS = 10, 30
# All of upstream's files that are loaded have 24 MB together, and take a minute or two.
MAX_SECONDS_WITHOUT_A_FILE, MAX_RUN_SECONDS = 300, 1800
MAX_TOTAL_BYTES = 1_000_000_000
MAX_ATTEMPTS, MAX_WORKERS = 6, 8
BACKOFF_SECONDS, MAX_WAIT_SECONDS = 0.5, 30
RETRIED = (408, 429, 500, 502, 503, 504)
REDIRECTS = (301, 302, 303, 307, 308)
# User and password, host, port, path: nothing that two parsers could take for two servers.
ADDRESS = re.compile(
    r"https?://([^\s@/?#\\]*@)?([^\s@/?#\\:\[\]]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?([/?][^\s\\#]*)?"
)
# What a browser shows of a repository: HTML, where we expect files.
PAGE = re.compile(
    r"https?://(?:www\.)?github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?"
    r"(?:/(?:tree|blob)/([^/?#]+)[^?#]*)?/?(?:[?#].*)?",
    re.ASCII,
)
HINT = (
    "Ways out: SOURCE=<folder> takes a copy of the archive in upstream's layout, "
    "SOURCE=<address> a mirror; `make demo` shows the pipeline on an invented season "
    "and needs no network."
)


class Session(requests.Session):
    """Proxies come from the environment, passwords do not.

    Never looks at a redirect: requests would read its whole body, however big.
    """

    def __init__(self) -> None:
        super().__init__()
        self.headers["User-Agent"] = "deepracer-league (analytics of a public archive)"
        # Content-Length then says how many bytes the file has.
        self.headers["Accept-Encoding"] = "identity"
        self.auth = _auth_of_address

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def _auth_of_address(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The user and password that the address names; without it requests asks ~/.netrc."""
    user, password = get_auth_from_url(request.url or "")
    return HTTPBasicAuth(user, password)(request) if user or password else request


class _Refusal(IngestError):
    """The server answered with another status than 200, and will do so again."""


class _Again(Exception):
    """What went wrong may go well the next time; seconds: how long the server asks to wait."""

    def __init__(self, what: str, seconds: float | None = None) -> None:
        super().__init__(what)
        self.seconds = seconds


class Download:
    """A folder in upstream's layout, filled with files from below `base`.

    is_commit: `base` names its content by a full hash, so what is there is not asked for again.
    """

    def __init__(self, base: str, folder: Path, is_commit: bool) -> None:
        self.base, self.folder, self.is_commit = base, folder, is_commit
        self._session = Session()
        # What the server sent without its length may not be all.
        self._unsure: list[str] = []

    def fetch(self, files: list[str]) -> None:
        """Download files, MAX_WORKERS at a time; one that the server has not is not there.

        Raises IngestError where a server does not answer, or answers with something else, too
        much or too slowly.
        """
        wanted = [f for f in files if not (self.is_commit and (self.folder / f).is_file())]
        deadline, size = time.monotonic() + MAX_RUN_SECONDS, 0
        with ThreadPool(MAX_WORKERS) as pool:
            arriving = pool.imap_unordered(self._fetch_one, wanted)
            for _ in steps(wanted, len(wanted), "Fetching"):
                left = deadline - time.monotonic()
                try:
                    size += arriving.next(min(left, MAX_SECONDS_WITHOUT_A_FILE))
                except multiprocessing.TimeoutError:
                    raise IngestError(
                        f"Expected a file from {public_source(self.base)} every "
                        f"{MAX_SECONDS_WITHOUT_A_FILE} seconds, and all of them within "
                        f"{MAX_RUN_SECONDS}, found a slower server. What has arrived is kept; "
                        f"run again to go on. {HINT}"
                    ) from None
                if size > MAX_TOTAL_BYTES:
                    raise self._too_much(MAX_TOTAL_BYTES)

    def forget(self, files: list[str]) -> None:
        """Have these files, and those that may not be complete, fetched again by the next run."""
        for file in [*files, *self._unsure]:
            (self.folder / file).unlink(missing_ok=True)

    def _fetch_one(self, file: str) -> int:
        """Download one file; how many bytes it has."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        # What a killed run left half written is written over: one command at a time is at work.
        part = path.with_name(f"{path.name}.part")
        try:
            if not self._ask_until_answered(file, part):
                path.unlink(missing_ok=True)
                return 0
            os.replace(part, path)
            return path.stat().st_size
        finally:
            part.unlink(missing_ok=True)

    def _ask_until_answered(self, file: str, to: Path) -> bool:
        url = public_source(address(self.base, file))
        for attempt in range(MAX_ATTEMPTS):
            try:
                return self._ask(file, to)
            except _Again as again:
                failed, wait = again, again.seconds
            if wait is None:
                wait = min(MAX_WAIT_SECONDS, BACKOFF_SECONDS * 2**attempt)
            if wait > MAX_WAIT_SECONDS:
                raise IngestError(
                    f"Expected {url}, found a server that asks to wait {wait:,.0f} seconds "
                    f"({failed}). Run again after that. {HINT}"
                )
            time.sleep(wait)
        raise IngestError(
            f"Expected {url}, found in {MAX_ATTEMPTS} attempts: {failed}. Try again later. {HINT}"
        )

    def _ask(self, file: str, to: Path) -> bool:
        """Write what the server sends to `to`; False where it says that there is no such file.

        Raises _Again, and IngestError where another attempt would not help.
        """
        url = address(self.base, file)
        try:
            # Leaving the block closes the connection where not all of the answer was read.
            with self._session.get(
                url,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
            ) as response:
                if response.status_code == 404:
                    return False
                _refuse_unless_file(response)
                self._write(response, file, to)
                return True
        except urllib3.exceptions.ProtocolError as cut:
            raise _Again(f"the connection was cut inside it ({_why(cut)})") from cut
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as failed:
            if isinstance(
                failed, ValueError
            ):  # the address or a header, the next time as well
                raise IngestError(
                    f"Expected an answer from {public_source(url)}, found none: "
                    f"{_why(failed)}. {HINT}"
                ) from failed
            raise _Again(f"no answer: {_why(failed)}") from failed

    def _write(self, response: requests.Response, file: str, to: Path) -> None:
        size = 0
        with to.open("wb") as out:
            while piece := response.raw.read1(1 << 16, decode_content=False):
                size += len(piece)
                if size > MAX_BYTES:
                    raise self._too_much(MAX_BYTES)
                out.write(piece)
        length = response.headers.get("Content-Length", "")
        if re.fullmatch("[0-9]{1,15}", length):
            if size < int(length):
                found = f"{size:,} of {int(length):,} bytes"
                raise _Again(f"the connection was cut inside it ({found})")
        elif not response.raw.chunked:
            self._unsure.append(file)

    def _too_much(self, bound: int) -> IngestError:
        return IngestError(
            f"Expected at most {bound:,} bytes from {public_source(self.base)}, found more. Is "
            "it a copy of the archive?"
        )


def _refuse_unless_file(response: requests.Response) -> None:
    """Raise _Again or IngestError for an answer that holds no file."""
    status, headers = response.status_code, response.headers
    reason = (response.reason or "")[:80]
    url = public_source(response.url)
    if status in RETRIED:
        raise _Again(f"{status} {reason}".strip(), _seconds(headers.get("Retry-After")))
    if status in REDIRECTS:
        location = headers.get("Location", "")
        where = public_source(location)[:80] if is_web(location) else "another path"
        raise IngestError(
            f"Expected a file at {url}, found a redirect to {where}. No redirect is followed: "
            f"if you trust where it leads, name that as SOURCE. {HINT}"
        )
    if status != 200:
        raise _Refusal(
            f"Expected {url} with status 200, the server answered {status} {reason}. Check "
            f"SOURCE and REF, or try again later. {HINT}"
        )
    encoding = headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise IngestError(
            f"Expected {url} as it is, found it compressed as {encoding[:20]!r}, which was "
            f"not asked for. {HINT}"
        )


def web_source(source: str, ref: str | None, data: Path) -> Source:
    """Download the catalogue of `<source>/<ref>`, as upstream serves every commit under its
    name, or of `<source>` itself, as a mirror serves one copy; where a `ref` was asked for, of
    the first only.

    Raises WrongArgument where the address may mean two servers, IngestError where neither
    has a catalogue, or no server answers.
    """
    if not ADDRESS.fullmatch(source) or for_terminal(source) != source:
        raise WrongArgument(
            "Expected SOURCE as a web address like https://example.org/archive, found one "
            "without a host, or with a backslash, a space, a control character or two @ in "
            "it. Which server it means is not clear; write it without."
        )
    if page := PAGE.fullmatch(source):
        files = f"SOURCE={urljoin(UPSTREAM, '/')}{page[1]}"
        raise WrongArgument(
            f"Expected SOURCE as the address of files, found a page of GitHub, {source}. Its "
            f"files are at {files}, for example with REF={ref or page[2] or 'main'}."
        )
    commit = ref or PINNED_REF
    bases = {address(source, commit): commit} | ({} if ref else {source: None})
    for base, named in bases.items():
        is_commit = bool(named and re.fullmatch("[0-9a-f]{40}", named))
        # No user, password or token is in the folder's name.
        folder = f"{urlsplit(base).hostname}-{hashlib.sha256(base.encode()).hexdigest()[:12]}"
        download = Download(base, data / "download" / folder, is_commit)
        try:
            download.fetch([CATALOGUE])
        except _Refusal:
            if base == list(bases)[-1]:
                raise
            continue
        if (download.folder / CATALOGUE).is_file():
            return Source(download.folder, base, named, download.fetch, download.forget)
    raise IngestError(
        f"Expected {CATALOGUE} below {' or '.join(map(public_source, bases))}, the server "
        f"answered 404. Check SOURCE and REF. {HINT}"
    )


def _seconds(retry_after: str | None) -> float | None:
    """What the header Retry-After asks for, a number of seconds or a date, if it is one."""
    try:
        no_ceiling = urllib3.Retry(retry_after_max=sys.maxsize)
        return no_ceiling.parse_retry_after(retry_after) if retry_after else None
    except (urllib3.exceptions.InvalidHeader, OverflowError, ValueError):
        return None


def _why(failed: Exception) -> str:
    """The cause without the address, which may hold a token."""
    cause = failed.args[0] if failed.args else failed
    return str(getattr(cause, "reason", None) or type(failed).__name__)
