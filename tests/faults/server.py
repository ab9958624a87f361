"""A server on loopback that serves a folder like upstream, and misbehaves where it is told."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

REF = "0123456789abcdef0123456789abcdef01234567"
# All that is sent for a file, given its true body.
Answer = Callable[[bytes], Iterable[bytes]]


class Upstream:
    """Serves a folder below /some/mirror/<ref>/, except where a file has other answers.

    script: file -> answers, used up one a request. always: file -> one that is never used up.
    asked: the files that were asked for, with the time and the Authorization.
    """

    def __init__(self, folder: Path, ref: str | None = REF) -> None:
        self.prefix = "/some/mirror/" + (f"{ref}/" if ref else "")
        self.script: dict[str, list[Answer]] = {}
        self.always: dict[str, Answer] = {}
        self.asked: list[tuple[str, float, str | None]] = []
        is_closed = self.is_closed = threading.Event()
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                file = unquote(self.path).partition("?")[0].removeprefix(upstream.prefix)
                authorization = self.headers.get("Authorization")
                upstream.asked.append((file, time.monotonic(), authorization))
                there = folder / file
                body = there.read_bytes() if there.is_file() else b""
                answers = upstream.script.get(file)
                answer = answers.pop(0) if answers else upstream.always.get(file)
                if not answer:
                    answer = sent(200 if there.is_file() else 404, body)
                try:
                    for piece in answer(body):
                        self.wfile.write(piece)
                        if is_closed.is_set():
                            break
                except OSError:
                    pass  # The other side has had enough.
                self.close_connection = answer in MISBEHAVIOURS.values()

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}/some/mirror"

    def count(self, file: str) -> int:
        return [name for name, *_ in self.asked].count(file)

    def close(self) -> None:
        self.is_closed.set()
        self.server.shutdown()
        self.server.server_close()


def sent(
    status: int, body: bytes = b"", length: int | str | None = -1, **headers: str
) -> Answer:
    """The same answer each time; `length` is what it says of itself, None for nothing."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length == -1 else length}")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return lambda _: [head, body]


def like(change: Callable[[bytes], bytes], cut: bool = False, **more) -> Answer:
    """A body made of the true one, with the length of the true one where it is cut."""

    def answer(body: bytes) -> Iterable[bytes]:
        return sent(200, change(body), **{"length": len(body) if cut else -1} | more)(body)

    return answer


def slowly(head: bytes, piece: bytes, seconds: float = 1) -> Answer:
    """Pieces without an end, one in so many seconds."""

    def answer(_: bytes) -> Iterable[bytes]:
        yield head
        while True:
            time.sleep(seconds)
            yield piece

    return answer


def half(body: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    return b"".join(lines[: len(lines) // 2])


def slow(body: bytes) -> Iterable[bytes]:
    yield from sent(200, b"", len(body))(b"")
    for at in range(0, len(body), 500):
        time.sleep(0.05)
        yield body[at : at + 500]


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nRank\n\r\n0\r\n"
PACKED = {"Content_Encoding": "gzip"}
MISBEHAVIOURS: dict[str, Answer] = {
    "cut": like(lambda body: body[: len(body) // 2], cut=True),
    "longer": like(lambda body: body + b"more\n", cut=True),
    "slow": slow,
    "a byte a second": slowly(OK + b"Content-Length: 900\r\n\r\n", b"x"),
    "a header a second": slowly(OK, b"X-More: y\r\n"),
    "100 Continue without an end": slowly(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 0),
    "a trailer without an end": slowly(CHUNKED, b"X-More: y\r\n" * 1000, 0),
    "503 without an end": slowly(
        b"HTTP/1.1 503 Unavailable\r\nContent-Length: 3000000000\r\n\r\n", bytes(1_000_000), 0
    ),
    "5 GB": slowly(OK + b"Content-Length: 5000000000\r\n\r\n", b"1,a,u\n" * 200_000, 0),
    "silent": slowly(b"", b"", 1),
    "hang up": lambda _: [],
    "no HTTP": lambda _: [b"NO HTTP AT ALL\r\n\r\n"],
    "half, without a length": like(half, length=None),
    "half, with its length": like(half),
    "packed": like(gzip.compress, **PACKED),
    "packed and cut": like(lambda body: gzip.compress(body)[:100], **PACKED),
    "packed not at all": like(bytes, **PACKED),
    "80 MB of nothing, packed": like(lambda _: gzip.compress(bytes(80_000_000), 1), **PACKED),
}
