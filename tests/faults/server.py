"""A server on loopback that serves a folder like upstream, and misbehaves where it is told."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

REF = "0123456789abcdef0123456789abcdef01234567"
BOMB = gzip.compress(bytes(80_000_000), 1)
# status, headers, body
Whole = tuple[int, dict[str, str], bytes]
# Called with the handler and the file's true body; writes whatever it likes.
Misbehaviour = Callable[[BaseHTTPRequestHandler, bytes], None]


class Upstream:
    """Serves a folder below /some/mirror/<ref>/, except where a file has a script.

    script: file -> answers, used up one a request; each is (status, headers, body), the name
    of one of MISBEHAVIOURS, or a function. always: file -> an answer that is never used up.
    """

    def __init__(self, folder: Path, ref: str | None = REF) -> None:
        self.folder, self.ref = folder, ref
        self.script: dict[str, list[Whole | str | Misbehaviour]] = {}
        self.always: dict[str, Whole | str | Misbehaviour] = {}
        self.asked: Counter[str] = Counter()
        self.times: dict[str, list[float]] = {}
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                try:
                    upstream.answer(self)
                except OSError:
                    # The other side has had enough.
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/some/mirror"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        prefix = "/some/mirror/" + (f"{self.ref}/" if self.ref else "")
        path = unquote(handler.path).partition("?")[0]
        if not path.startswith(prefix):
            return send(handler, 404, {}, b"404: Not Found")
        file = path[len(prefix) :]
        self.asked[file] += 1
        self.times.setdefault(file, []).append(time.monotonic())
        whole = self.folder / file
        script = self.script.get(file)
        step = script.pop(0) if script else self.always.get(file)
        if isinstance(step, tuple):
            return send(handler, *step)
        if not whole.is_file():
            return send(handler, 404, {}, b"404: Not Found")
        body = whole.read_bytes()
        if step:
            return (MISBEHAVIOURS[step] if isinstance(step, str) else step)(handler, body)
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        if handler.headers.get("If-None-Match") == etag:
            return send(handler, 304, {"ETag": etag}, b"")
        return send(handler, 200, {"ETag": etag}, body)


def send(
    handler: BaseHTTPRequestHandler,
    status: int,
    headers: dict[str, str],
    body: bytes,
    length: int | None = -1,
) -> None:
    """One answer; `length` is what it says of itself, None for nothing."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    if length is None:
        handler.send_header("Connection", "close")
        handler.close_connection = True
    else:
        handler.send_header("Content-Length", str(len(body) if length == -1 else length))
    handler.end_headers()
    handler.wfile.write(body)


def cut(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, 200, {}, body[: len(body) // 2], len(body))
    handler.close_connection = True


def longer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, 200, {}, body + b"more\n", len(body))
    handler.close_connection = True


def slow(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, 200, {}, b"", len(body))
    for start in range(0, len(body), 500):
        handler.wfile.write(body[start : start + 500])
        handler.wfile.flush()
        time.sleep(0.05)


def drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, 200, {}, b"", len(body))
    for at in range(len(body)):
        handler.wfile.write(body[at : at + 1])
        handler.wfile.flush()
        time.sleep(1)


def drip_of_headers(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(600):
        handler.wfile.write(b"X-%d: y\r\n" % number)
        handler.wfile.flush()
        time.sleep(1)


def endless_continue(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    while True:
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def endless_trailer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    handler.wfile.write(b"%x\r\n%s\r\n0\r\n" % (len(body), body))
    while True:
        handler.wfile.write(b"X-More: y\r\n" * 1000)


def endless_unavailable(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, 503, {}, b"", 3_000_000_000)
    while True:
        handler.wfile.write(bytes(1_000_000))


def silent(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    time.sleep(600)


def hang_up(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.close_connection = True


def babble(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.wfile.write(b"NO HTTP AT ALL\r\n\r\n")
    handler.close_connection = True


def short_without_length(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    lines = body.splitlines(keepends=True)
    send(handler, 200, {}, b"".join(lines[: len(lines) // 2]), None)


def short_with_its_length(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    lines = body.splitlines(keepends=True)
    send(handler, 200, {}, b"".join(lines[: len(lines) // 2]))


def packed(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, 200, {"Content-Encoding": "gzip"}, gzip.compress(body))


def packed_and_cut(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    half = gzip.compress(body)
    send(handler, 200, {"Content-Encoding": "gzip"}, half[: len(half) // 2])


def packed_not_at_all(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, 200, {"Content-Encoding": "gzip"}, body)


def bomb(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, 200, {"Content-Encoding": "gzip"}, BOMB)


def endless(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, 200, {}, b"", 5_000_000_000)
    piece = b"1,a,u\n" * 200_000
    while True:
        handler.wfile.write(piece)


MISBEHAVIOURS: dict[str, Misbehaviour] = {
    "cut": cut,
    "longer": longer,
    "slow": slow,
    "drip": drip,
    "drip of headers": drip_of_headers,
    "endless continue": endless_continue,
    "endless trailer": endless_trailer,
    "endless unavailable": endless_unavailable,
    "silent": silent,
    "hang up": hang_up,
    "babble": babble,
    "short without length": short_without_length,
    "short with its length": short_with_its_length,
    "packed": packed,
    "packed and cut": packed_and_cut,
    "packed not at all": packed_not_at_all,
    "bomb": bomb,
    "endless": endless,
}
