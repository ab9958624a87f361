"""A headless Firefox that a test uses as it uses Chromium: no driver, no package.

Firefox speaks WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), JSON in a WebSocket;
the little of RFC 6455 that text on the loopback takes stands here as well.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from league.errors import end
from tests.helpers.browser import PATIENCE_S, Navigated, Page

# Everything but this machine is behind a proxy that is not there.
PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "datareporting.policy.dataSubmissionEnabled": False,
    # One frame per second: drawing is half of what its pages cost.
    "layout.frame_rate": 1,
    # What a start costs: looking for add-ons, a page for new tabs, processes in advance.
    "extensions.enabledScopes": 0,
    "extensions.startupScanScopes": 0,
    "browser.newtabpage.enabled": False,
    "browser.newtab.preload": False,
    "dom.ipc.processPrelaunch.enabled": False,
    "dom.ipc.processCount": 1,
    "fission.autostart": False,
}
KEYS = {
    "ArrowDown": "\ue015", "ArrowUp": "\ue013", "Enter": "\ue007", "Escape": "\ue00c",
    "Tab": "\ue004", "Home": "\ue011", "End": "\ue010",
}  # fmt: skip
EVENTS = ["log.entryAdded", "network.beforeRequestSent", "browsingContext.userPromptOpened"]


def firefox() -> str | None:
    """The program, where there is one: $FIREFOX or a usual name on the path.

    That of a snap is none: it sees no profile outside its own folders.
    """
    names = ("firefox-esr", *(() if Path("/snap/bin/firefox").exists() else ("firefox",)))
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, names)), None)


class Tab:
    """One tab, used like browser.Page; everything it did is in `requests` and `problems`."""

    wait_for, leave_by = Page.wait_for, Page.leave_by

    def __init__(self, messages: Messages) -> None:
        self.requests: list[str] = []
        self.problems: list[str] = []
        self._messages = messages
        self._numbers = count(1)
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=EVENTS)
        # The tab that is there at first never has the focus, and a key then presses no button.
        self._context = self.call("browsingContext.create", type="tab")["context"]
        self._in("browsingContext.activate")

    def open(self, address: str) -> None:
        """Load an address and wait until it is there."""
        self._in("browsingContext.navigate", url=address, wait="complete")

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; a promise is awaited."""
        answer = self.call(
            "script.evaluate",
            expression=expression,
            awaitPromise=True,
            target={"context": self._context},
        )
        assert answer["type"] == "success", f"{expression}: {answer['exceptionDetails']}"
        return _plain(answer["result"])

    def type(self, text: str) -> None:
        self._keys(text)

    def press(self, key: str) -> None:
        self._keys(KEYS[key])

    def emulate(self, width: int = 1280, height: int = 900) -> None:
        """Pretend to be some window."""
        self._in("browsingContext.setViewport", viewport={"width": width, "height": height})

    def call(self, method: str, **parameters: Any) -> dict:
        """One command of the protocol; its result."""
        number = next(self._numbers)
        self._messages.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._messages.receive())
            if message.get("id") != number:
                self._note(message)
            elif message["type"] == "success":
                return message["result"]
            elif method == "script.evaluate":
                # Nothing else goes wrong there: what the page throws is a success.
                raise Navigated(message["message"])
            else:
                raise AssertionError(f"{method}: {message['error']}, {message['message']}")

    def _in(self, method: str, **parameters: Any) -> dict:
        return self.call(method, context=self._context, **parameters)

    def _keys(self, keys: str) -> None:
        actions = [
            {"type": what, "value": key} for key in keys for what in ("keyDown", "keyUp")
        ]
        self._in(
            "input.performActions", actions=[{"type": "key", "id": "k", "actions": actions}]
        )

    def _note(self, message: dict) -> None:
        match message.get("method"), message.get("params"):
            case "network.beforeRequestSent", sent:
                self.requests.append(sent["request"]["url"])
            case "log.entryAdded", entry if entry["level"] in ("error", "warn"):
                self.problems.append(f"{entry['type']}: {entry['text']}")
            case "browsingContext.userPromptOpened", prompt:
                self.problems.append(f"dialog: {prompt['message']}")


def _plain(value: dict) -> Any:
    match value["type"]:
        case "array":
            return [_plain(one) for one in value["value"]]
        case "object":
            return {name: _plain(one) for name, one in value["value"]}
        case _:
            return value.get("value")


class Messages:
    """Texts over a WebSocket of this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._stream = self._socket.makefile("rb")
        self._socket.sendall(
            f"GET /session HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        output = self._stream.readline()
        assert b" 101 " in output, output
        while self._stream.readline().strip():
            pass

    def send(self, text: str) -> None:
        # A client has to mask what it sends; Firefox takes the mask 0 for none.
        payload = bytes(byte ^ 1 for byte in text.encode())
        size = len(payload)
        if size < 126:
            length = struct.pack(">B", 128 | size)
        elif size < 1 << 16:
            length = struct.pack(">BH", 128 | 126, size)
        else:
            length = struct.pack(">BQ", 128 | 127, size)
        self._socket.sendall(b"\x81" + length + b"\1\1\1\1" + payload)

    def receive(self) -> str:
        text, is_last = b"", False
        while not is_last:
            head = self._stream.read(2)
            assert len(head) == 2, "Firefox ended while this waited for its answer."
            first, length = head
            assert first & 15 in (0, 1), f"Expected a text, found the opcode {first & 15}."
            if length > 125:
                size = 2 if length == 126 else 8
                length = int.from_bytes(self._stream.read(size), "big")
            text += self._stream.read(length)
            is_last = first > 127
        return text.decode()

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@contextmanager
def firefox_tab(profile: Path) -> Iterator[Tab]:
    """A tab of a fresh Firefox, which is gone afterwards.

    profile: a folder of its own for what the browser writes.
    """
    program = firefox()
    assert program, "Ask firefox() first: there is none on this machine."
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items())
    (profile / "user.js").write_text("\n".join(lines))
    options = ("--headless", "--no-remote", "--remote-debugging-port=0", "--profile")
    running = subprocess.Popen(
        [program, *options, str(profile), "about:blank"],
        env=os.environ | {"HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        messages = Messages(_port(profile / "WebDriverBiDiServer.json"))
        yield Tab(messages)
        messages.close()
    finally:
        end(running)


def _port(note: Path) -> int:
    """Where Firefox listens, once it has written it down."""
    deadline = time.monotonic() + 2 * PATIENCE_S
    while time.monotonic() < deadline:
        try:
            return json.loads(note.read_text())["ws_port"]
        except (OSError, ValueError):
            time.sleep(0.05)
    raise AssertionError(
        f"Waited {2 * PATIENCE_S:g} s in vain for Firefox to write {note.name}."
    )
