"""Ask a web server for one file: tried again where that helps, bounded in size and time.

A server may send whatever it likes, for as long as it likes: informational answers without an
end, a header a second, a body or a trailer that never stops. One deadline holds for all of it,
because what ends a request is its socket, which is shut when the time is over. What is not
wanted is not read: the connection is closed instead.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests.utils import get_auth_from_url
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import parse_url

from ingest.errors import IngestError
from ingest.source import MAX_BYTES, is_web, public_source
from league.text import for_terminal

CONNECT_SECONDS, READ_SECONDS = 10, 30
# For one file, however many attempts, and whatever the server sends.
MAX_REQUEST_SECONDS = 300
MAX_ATTEMPTS = 6
BACKOFF_SECONDS, MAX_WAIT_SECONDS = 0.5, 30
RETRIED = (408, 429, 500, 502, 503, 504)
REDIRECTS = (301, 302, 303, 307, 308)
MAX_WORKERS = 8
_NUMBER = re.compile("[0-9]{1,15}")
_ETAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{1,200}"')
_NO_CEILING = urllib3.Retry(retry_after_max=sys.maxsize)
HINT = (
    "Ways out: SOURCE=<folder> takes a copy of the archive in upstream's layout, "
    "SOURCE=<address> a mirror; `make demo` shows the pipeline on an invented season "
    "and needs no network."
)


class Deadline:
    """Shuts the sockets of one request when its time is over, or when it is told to."""

    def __init__(self, seconds: float) -> None:
        self.over = threading.Event()
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self.end)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for opened in self._sockets:
                opened.close()
            self._sockets.clear()

    def watch(self, connection: socket.socket) -> None:
        """Shut this one, too. TLS wraps a socket in another one; a copy stays what it is."""
        with self._lock:
            copy = socket.socket(fileno=os.dup(connection.fileno()))
            self._sockets.append(copy)
        if self.over.is_set():
            self.end()

    def end(self) -> None:
        """Whatever waits for the server now finds the connection closed."""
        self.over.set()
        with self._lock:
            for opened in self._sockets:
                with suppress(OSError):
                    opened.shutdown(socket.SHUT_RDWR)


# The deadline of the request that a thread is at.
_current = threading.local()


class _Watched(HTTPConnection):
    """A connection that ends with the deadline, be it new or used again."""

    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        _current.deadline.watch(connection)
        return connection

    def request(self, *args: Any, **more: Any) -> None:
        if self.sock is not None:
            _current.deadline.watch(self.sock)
        super().request(*args, **more)


class _WatchedTLS(_Watched, HTTPSConnection):
    pass


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Watched


class _PoolTLS(urllib3.HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


class _Adapter(HTTPAdapter):
    """Connections with a deadline, and no attempt but those of `get`."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}

    def proxy_manager_for(self, *args: Any, **more: Any) -> urllib3.ProxyManager:
        manager = super().proxy_manager_for(*args, **more)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}
        return manager


class Session(requests.Session):
    """Proxies come from the environment, passwords do not.

    Never looks at a redirect: requests would read its whole body, however big.
    """

    def __init__(self) -> None:
        super().__init__()
        adapter = _Adapter(pool_maxsize=MAX_WORKERS)
        self.mount("http://", adapter)
        self.mount("https://", adapter)
        self.headers["User-Agent"] = "deepracer-league (analytics of a public archive)"
        # Content-Length then says how many bytes the file has.
        self.headers["Accept-Encoding"] = "identity"
        self.auth = _auth_of_address
        self._at_work: set[Deadline] = set()
        self.stopped_by: IngestError | None = None
        self._lock = threading.Lock()

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None

    @contextmanager
    def deadline(self) -> Iterator[Deadline]:
        """The deadline of one request of this thread."""
        with Deadline(MAX_REQUEST_SECONDS) as deadline:
            with self._lock:
                self._at_work.add(deadline)
            if self.stopped_by:
                deadline.end()
            _current.deadline = deadline
            try:
                yield deadline
            finally:
                with self._lock:
                    self._at_work.discard(deadline)

    def stop(self, reason: IngestError) -> None:
        """End all requests that other threads are at, and all to come, for this reason."""
        with self._lock:
            self.stopped_by = self.stopped_by or reason
            at_work = list(self._at_work)
        for deadline in at_work:
            deadline.end()

    def __exit__(self, *raised: object) -> None:
        self.stop(IngestError("The session is over."))
        super().__exit__(*raised)


def refuse_ambiguous(address: str) -> None:
    """Refuse an address of which two programs may think two servers.

    Raises IngestError, without the address, which may hold a password.
    """
    try:
        judged, connected = urlsplit(address), parse_url(address)
        found = (judged.hostname or "", judged.port)
        opened = ((connected.host or "").strip("[]").lower(), connected.port)
    except (ValueError, urllib3.exceptions.LocationParseError):
        found, opened = ("", None), ("", None)
    if (
        not found[0]
        or (found != opened and found[0].isascii())
        or "\\" in address
        or " " in address
        or for_terminal(address) != address
        or judged.netloc.count("@") > 1
    ):
        raise IngestError(
            "Expected SOURCE as a web address like https://example.org/archive, found one "
            "without a host, or with a backslash, a space, a control character or two @ in "
            "it. Which server it means is not clear; write it without."
        )


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
    etag: str | None
    is_complete: bool


class _Again(Exception):
    """What went wrong may go well the next time; the message says what it was.

    seconds: how long the server asks us to wait. answer: what it is left at in the end.
    """

    def __init__(
        self, what: str, seconds: float | None = None, answer: Answer | None = None
    ) -> None:
        super().__init__(what)
        self.seconds, self.answer = seconds, answer


def get(web: Session, url: str, to: Path | None = None, etag: str | None = None) -> Answer:
    """Ask for `url` and write what comes with status 200 to the file `to`; None: do not read it.

    etag: ask only for what has changed since.

    Raises IngestError where no server answers, and where the answer is too big, too slow, cut
    short time and again, compressed, or a redirect.
    """
    with web.deadline() as deadline:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return _ask(web, url, to, etag, deadline)
            except _Again as again:
                if deadline.over.is_set():
                    break
                wait = again.seconds
                if wait is None:
                    wait = min(MAX_WAIT_SECONDS, BACKOFF_SECONDS * 2 ** (attempt - 1))
                if wait > MAX_WAIT_SECONDS:
                    asked_to_wait = IngestError(
                        f"Expected {public_source(url)}, found a server that asks to wait "
                        f"{wait:,.0f} seconds ({again}). Run again after {_moment_in(wait)}. "
                        f"{HINT}"
                    )
                    web.stop(asked_to_wait)
                    raise asked_to_wait from again
                if attempt == MAX_ATTEMPTS:
                    if again.answer:
                        return again.answer
                    raise IngestError(
                        f"Expected {public_source(url)}, found in {attempt} attempts: {again}. "
                        f"Try again later. {HINT}"
                    ) from again
                deadline.over.wait(wait)
        raise web.stopped_by or IngestError(
            f"Expected {public_source(url)} within {MAX_REQUEST_SECONDS} seconds, found a "
            f"server that is slower. {HINT}"
        )


def _ask(
    web: Session, url: str, to: Path | None, etag: str | None, deadline: Deadline
) -> Answer:
    """One attempt. Raises _Again, and IngestError where another one would not help."""
    headers = {"If-None-Match": etag} if etag else {}
    timeout = (CONNECT_SECONDS, READ_SECONDS)
    try:
        response = web.get(
            url, headers=headers, stream=True, allow_redirects=False, timeout=timeout
        )
        # Closes the connection where not all of the answer was read.
        with response:
            return _answer(response, to, deadline)
    except urllib3.exceptions.ProtocolError as cut:
        raise _Again(f"the connection was cut inside it ({_why(cut)})") from cut
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as failed:
        if isinstance(failed, ValueError):  # the address or a header, the next time as well
            raise IngestError(
                f"Expected an answer from {public_source(url)}, found none: {_why(failed)}. "
                f"{HINT}"
            ) from failed
        raise _Again(f"no answer: {_why(failed)}") from failed


def _answer(response: requests.Response, to: Path | None, deadline: Deadline) -> Answer:
    # A header that the deadline cut looks like one that ends.
    if deadline.over.is_set():
        raise _Again("slower than the deadline")
    status, headers = response.status_code, response.headers
    url = public_source(response.url)
    if status in REDIRECTS:
        location = headers.get("Location", "")
        where = public_source(location) if is_web(location) else "another path"
        raise IngestError(
            f"Expected a file at {url}, found a redirect to {_abbreviate(where)}. No redirect "
            f"is followed: if you trust where it leads, name that as SOURCE. {HINT}"
        )
    length = headers.get("Content-Length", "")
    is_complete = bool(_NUMBER.fullmatch(length)) or response.raw.chunked
    sent_etag = headers.get("ETag", "")
    answer = Answer(
        status,
        _abbreviate(response.reason or ""),
        sent_etag if _ETAG.fullmatch(sent_etag) else None,
        is_complete,
    )
    if status in RETRIED:
        what = f"{status} {answer.reason}".strip()
        raise _Again(what, _seconds_to_wait(headers.get("Retry-After")), answer)
    if status == 200 and to:
        _write_body(response, to, deadline)
    return answer


def _write_body(response: requests.Response, to: Path, deadline: Deadline) -> None:
    """Write the body to a file. Raises _Again or IngestError where it is not as it should be."""
    url, headers = public_source(response.url), response.headers
    encoding = headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise IngestError(
            f"Expected {url} as it is, found it compressed as {encoding[:20]!r}, which was "
            f"not asked for. {HINT}"
        )
    size = 0
    with to.open("wb") as file:
        while piece := response.raw.read1(1 << 16, decode_content=False):
            size += len(piece)
            if size > MAX_BYTES:
                raise IngestError(
                    f"Expected at most {MAX_BYTES:,} bytes at {url}, found more. Is it a "
                    "copy of the archive?"
                )
            file.write(piece)
    if deadline.over.is_set():
        raise _Again("slower than the deadline")
    length = headers.get("Content-Length", "")
    if _NUMBER.fullmatch(length) and size < int(length):
        raise _Again(f"the connection was cut inside it ({size:,} of {int(length):,} bytes)")


def _seconds_to_wait(retry_after: str | None) -> float | None:
    """What the header Retry-After asks for, a number of seconds or a date, if it is one."""
    try:
        return _NO_CEILING.parse_retry_after(retry_after) if retry_after else None
    except (urllib3.exceptions.InvalidHeader, OverflowError, ValueError):
        return None


def _moment_in(seconds: float) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + seconds + 1))
    except (OverflowError, ValueError, OSError):
        return "that"


def _abbreviate(text: str) -> str:
    return text if len(text) <= 80 else text[:80] + "…"


def _why(failed: Exception) -> str:
    """The cause without the address, which may hold a token."""
    cause = failed.args[0] if failed.args else failed
    return str(getattr(cause, "reason", None) or type(failed).__name__)
