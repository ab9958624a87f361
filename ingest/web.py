"""Ask a web server for one file: tried again where that helps, bounded in size and time."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from ingest.errors import IngestError
from ingest.source import MOST_BYTES, public_source

CONNECT_SECONDS, READ_SECONDS = 10, 60
# For one body, however many attempts and however slow they are.
LONGEST_BODY_SECONDS = 300
AT_ONCE = 8
# A connection that breaks inside a body is not retried by urllib3 once headers are read.
BODY_ATTEMPTS = 3
MOST_REDIRECTS = 5
WAYS_OUT = (
    "Ways out: SOURCE=<folder> takes a copy of the archive in upstream's layout, "
    "SOURCE=<address> a mirror; `make demo` shows the pipeline on an invented season "
    "and needs no network."
)


class Patient(Retry):
    """As urllib3 tries again, but a Retry-After that says no time is as if there were none."""

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        try:
            return super().get_retry_after(response)
        except (urllib3.exceptions.InvalidHeader, OverflowError, ValueError):
            return None


def retries(backoff_seconds: float = 0.5, longest_wait_seconds: int = 30) -> Retry:
    """Five more tries on 408, 429, 5xx and connection errors; Retry-After honoured, capped."""
    return Patient(
        total=5,
        backoff_factor=backoff_seconds,
        backoff_max=longest_wait_seconds,
        retry_after_max=longest_wait_seconds,
        status_forcelist=(408, 429, 500, 502, 503, 504),
        raise_on_status=False,
    )


class Unled(requests.Session):
    """Looks at no redirect by itself: it would read the whole body of one, however big."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def session(retry: Retry | None = None) -> requests.Session:
    """A session that tries again; a proxy comes from the environment, as everywhere."""
    made = Unled()
    adapter = HTTPAdapter(max_retries=retry or retries(), pool_maxsize=AT_ONCE)
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    made.headers["User-Agent"] = "deepracer-league (analytics of a public archive)"
    made.headers["Accept-Encoding"] = "gzip"
    return made


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    is_whole: whether the answer itself said where it ends.
    asked: how many times the server was asked, redirects not counted.
    """

    status: int
    reason: str
    body: bytes
    etag: str | None
    is_whole: bool
    asked: int


class Cut(Exception):
    """A body that ended too early."""


def get(web: requests.Session, url: str, etag: str | None = None) -> Answer:
    """Ask for `url`; with an `etag` only for what has changed since.

    Raises IngestError where nobody answers, where the answer is too big, too slow or cut
    short time and again, and where it leads to another server.
    """
    headers = {"If-None-Match": etag} if etag else {}
    deadline = time.monotonic() + LONGEST_BODY_SECONDS
    for attempt in range(1, BODY_ATTEMPTS + 1):
        try:
            return _get(web, url, headers, deadline)
        except (Cut, urllib3.exceptions.ProtocolError) as cut:
            if attempt == BODY_ATTEMPTS:
                raise IngestError(
                    f"Expected the whole of {public_source(url)}, the connection was cut "
                    f"inside it {attempt} times ({cut}). Try again later. {WAYS_OUT}"
                ) from cut
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as failed:
            raise IngestError(
                f"Expected an answer from {public_source(url)}, found none: {_why(failed)}. "
                f"{WAYS_OUT}"
            ) from failed
    raise AssertionError("unreachable: every attempt returns or raises")


def _get(web: requests.Session, url: str, headers: dict[str, str], deadline: float) -> Answer:
    """Follow the server as long as it stays itself."""
    for _ in range(MOST_REDIRECTS + 1):
        with web.get(
            url,
            headers=headers,
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
        ) as answer:
            if answer.status_code not in (301, 302, 303, 307, 308):
                return _answer(answer, deadline)
            url = _led_on(url, answer.headers.get("Location", ""))
    raise IngestError(
        f"Expected a file at {public_source(url)}, found more than {MOST_REDIRECTS} "
        f"redirects. {WAYS_OUT}"
    )


def _led_on(url: str, location: str) -> str:
    """Where a redirect leads: another path of the same server, or the same one by https.

    Raises IngestError for anything else: another host, a file, no https any more.
    """
    try:
        to = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(to)
        same = (here.scheme, here.netloc) == (there.scheme, there.netloc)
        upgraded = (here.scheme, there.scheme) == ("http", "https") and (
            here.hostname == there.hostname
        )
    except ValueError:
        same = upgraded = False
    if location and (same or upgraded):
        return to
    raise IngestError(
        f"Expected a file at {public_source(url)}, found a redirect to "
        f"{public_source(location) if '://' in location else 'nowhere'}, which is another "
        f"server. If you trust it, name it as SOURCE. {WAYS_OUT}"
    )


def _answer(answer: requests.Response, deadline: float) -> Answer:
    history = answer.raw.retries.history if answer.raw.retries else ()
    body, is_whole = _body(answer, deadline) if answer.status_code == 200 else (b"", True)
    return Answer(
        answer.status_code,
        answer.reason,
        body,
        answer.headers.get("ETag"),
        is_whole,
        1 + len(history),
    )


def _body(answer: requests.Response, deadline: float) -> tuple[bytes, bool]:
    """The body, unpacked, and whether the answer itself said where it ends.

    Raises Cut where it ends too early, IngestError where it is too big or too slow.
    """
    url = public_source(answer.url)
    pieces, size = [], 0
    # One read of the socket at a time: a server that drips is noticed between two drops.
    while piece := answer.raw.read1(1 << 16, decode_content=False):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise _too_big(url)
        if time.monotonic() > deadline:
            raise IngestError(
                f"Expected {url} within {LONGEST_BODY_SECONDS} seconds, found a server that "
                f"is slower: {size:,} bytes so far. {WAYS_OUT}"
            )
    body = b"".join(pieces)
    says_length = answer.headers.get("Content-Length", "").isdigit()
    if says_length and size < int(answer.headers["Content-Length"]):
        raise Cut(f"{size:,} of {int(answer.headers['Content-Length']):,} bytes")
    packing = answer.headers.get("Content-Encoding", "identity").lower()
    if packing in ("gzip", "x-gzip"):
        return _unpacked(body, url), True
    if packing != "identity":
        raise IngestError(f"Expected {url} plain or as gzip, found it as {packing[:20]!r}.")
    return body, says_length or answer.raw.chunked


def _unpacked(body: bytes, url: str) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(body, MOST_BYTES + 1)
    except zlib.error as bad:
        raise Cut(f"no whole gzip: {bad}") from bad
    if len(unpacked) > MOST_BYTES:
        raise _too_big(url)
    if not unpacker.eof:
        raise Cut(f"a gzip that ends after {len(body):,} bytes, before its own end")
    return unpacked


def _too_big(url: str) -> IngestError:
    return IngestError(
        f"Expected at most {MOST_BYTES:,} bytes at {url}, found more. Is it a copy of the "
        "archive?"
    )


def _why(failed: Exception) -> str:
    """The cause without the address, which may hold a token."""
    cause = failed.args[0] if failed.args else failed
    return str(getattr(cause, "reason", None) or type(failed).__name__)
