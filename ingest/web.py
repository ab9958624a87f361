"""Ask a web server for one file: tried again where that helps, bounded in size and time."""

from __future__ import annotations

import time
from dataclasses import dataclass

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests.utils import get_auth_from_url
from urllib3.util import Retry

from ingest.errors import IngestError
from ingest.source import MAX_BYTES, public_source

CONNECT_SECONDS, READ_SECONDS = 10, 30
# For one body, however many attempts and however slow they are.
MAX_BODY_SECONDS = 300
MAX_WORKERS = 8
# A connection that breaks inside a body is not retried by urllib3 once headers are read.
BODY_ATTEMPTS = 3
HINT = (
    "Ways out: SOURCE=<folder> takes a copy of the archive in upstream's layout, "
    "SOURCE=<address> a mirror; `make demo` shows the pipeline on an invented season "
    "and needs no network."
)


class LenientRetry(Retry):
    """Ignores a Retry-After header that gives no time."""

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        try:
            return super().get_retry_after(response)
        except (urllib3.exceptions.InvalidHeader, OverflowError, ValueError):
            return None


def retries(backoff_seconds: float = 0.5, max_wait_seconds: int = 30) -> Retry:
    """Five more tries on 408, 429, 5xx and connection errors; Retry-After honoured, capped."""
    return LenientRetry(
        total=5,
        backoff_factor=backoff_seconds,
        backoff_max=max_wait_seconds,
        retry_after_max=max_wait_seconds,
        status_forcelist=(408, 429, 500, 502, 503, 504),
        raise_on_status=False,
    )


class NoRedirectSession(requests.Session):
    """Never looks at a redirect: requests would read its whole body, however big."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def session(retry: Retry | None = None) -> requests.Session:
    """A session that tries again. Proxies come from the environment, passwords do not."""
    web = NoRedirectSession()
    adapter = HTTPAdapter(max_retries=retry or retries(), pool_maxsize=MAX_WORKERS)
    web.mount("http://", adapter)
    web.mount("https://", adapter)
    web.headers["User-Agent"] = "deepracer-league (analytics of a public archive)"
    # Content-Length then says how many bytes the file has.
    web.headers["Accept-Encoding"] = "identity"
    web.auth = _auth_of_address
    return web


def _auth_of_address(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The user and password that the address names; without it requests asks ~/.netrc."""
    user, password = get_auth_from_url(request.url or "")
    return HTTPBasicAuth(user, password)(request) if user or password else request


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    is_complete: whether the answer itself says where it ends.
    """

    status: int
    reason: str
    body: bytes
    etag: str | None
    is_complete: bool


class TruncatedBody(Exception):
    """A body that ended before its Content-Length."""


def get(web: requests.Session, url: str, etag: str | None = None) -> Answer:
    """Ask for `url`; with an `etag` only for what has changed since.

    Raises IngestError where no server answers, and where the answer is too big, too slow, cut
    short time and again, compressed, or a redirect.
    """
    headers = {"If-None-Match": etag} if etag else {}
    deadline = time.monotonic() + MAX_BODY_SECONDS
    timeout = (CONNECT_SECONDS, READ_SECONDS)
    for attempt in range(1, BODY_ATTEMPTS + 1):
        try:
            with web.get(
                url, headers=headers, stream=True, allow_redirects=False, timeout=timeout
            ) as response:
                return _answer(response, deadline)
        except (TruncatedBody, urllib3.exceptions.ProtocolError) as cut:
            if attempt == BODY_ATTEMPTS:
                raise IngestError(
                    f"Expected the whole of {public_source(url)}, the connection was cut "
                    f"inside it {attempt} times ({cut}). Try again later. {HINT}"
                ) from cut
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as failed:
            raise IngestError(
                f"Expected an answer from {public_source(url)}, found none: {_why(failed)}. "
                f"{HINT}"
            ) from failed
    raise AssertionError("unreachable: every attempt returns or raises")


def _answer(response: requests.Response, deadline: float) -> Answer:
    status, headers = response.status_code, response.headers
    body = _body(response, deadline) if status == 200 else b""
    if status in (301, 302, 303, 307, 308):
        to = headers.get("Location", "")
        raise IngestError(
            f"Expected a file at {public_source(response.url)}, found a redirect to "
            f"{public_source(to) if '://' in to else 'another path'}. No redirect is "
            f"followed: if you trust where it leads, name that as SOURCE. {HINT}"
        )
    is_complete = headers.get("Content-Length", "").isdigit() or response.raw.chunked
    return Answer(status, response.reason, body, headers.get("ETag"), is_complete)


def _body(response: requests.Response, deadline: float) -> bytes:
    """The body. Raises TruncatedBody or IngestError where it is not as it should be."""
    url, headers = public_source(response.url), response.headers
    encoding = headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise IngestError(
            f"Expected {url} as it is, found it compressed as {encoding[:20]!r}, which was "
            f"not asked for. {HINT}"
        )
    pieces, size = [], 0
    # One read of the socket at a time: a server that drips is noticed between two drops.
    while piece := response.raw.read1(1 << 16, decode_content=False):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise IngestError(
                f"Expected at most {MAX_BYTES:,} bytes at {url}, found more. Is it a copy of "
                "the archive?"
            )
        if time.monotonic() > deadline:
            raise IngestError(
                f"Expected {url} within {MAX_BODY_SECONDS} seconds, found a server that "
                f"is slower: {size:,} bytes so far. {HINT}"
            )
    length = headers.get("Content-Length", "")
    if length.isdigit() and size < int(length):
        raise TruncatedBody(f"{size:,} of {int(length):,} bytes")
    return b"".join(pieces)


def _why(failed: Exception) -> str:
    """The cause without the address, which may hold a token."""
    cause = failed.args[0] if failed.args else failed
    return str(getattr(cause, "reason", None) or type(failed).__name__)
