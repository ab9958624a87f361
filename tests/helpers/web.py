"""A folder on a web host that answers range requests, as most do: this machine's loopback."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """The address of the folder, and how many bytes each answer had."""
    sent: list[int] = []

    class Host(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            file = folder / self.path.lstrip("/")
            if not file.is_file():
                sent.append(0)
                self.send_error(404)
                return
            body = file.read_bytes()
            asked = re.match(r"bytes=(\d*)-(\d*)$", self.headers.get("Range", ""))
            self.send_response(206 if asked else 200)
            self.send_header("Accept-Ranges", "bytes")
            if kind := mimetypes.guess_type(file)[0]:
                self.send_header("Content-Type", kind)
            if asked:
                first, last = asked.groups()
                start = int(first) if first else max(0, len(body) - int(last))
                end = min(int(last), len(body) - 1) if first and last else len(body) - 1
                self.send_header("Content-Range", f"bytes {start}-{end}/{len(body)}")
                body = body[start : end + 1]
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                sent.append(len(body))
                self.wfile.write(body)

        do_GET = do_HEAD

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", sent
    server.shutdown()
    server.server_close()
