"""A headless Chromium or Firefox for a test: no driver, no package.

Chromium speaks the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/) and
Firefox WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), both as JSON in a WebSocket; the
little of RFC 6455 that text on the loopback takes stands here as well.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from league.errors import end

PATIENCE_S = 30.0
CHROMIUM_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0",
    # With all names unknown, only loopback and files are left.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # A sixth of a page's load is a frame of its own, made again even for the same site.
    "--disable-features=RenderDocument",
)  # fmt: skip
CHROMIUM_KEYS = {"ArrowDown": 40, "ArrowUp": 38, "Enter": 13, "Escape": 27, "Tab": 9}
# Everything but this machine is behind a proxy that is not there.
FIREFOX_PREFERENCES = {
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
FIREFOX_KEYS = {
    "ArrowDown": "\ue015", "ArrowUp": "\ue013", "Enter": "\ue007", "Escape": "\ue00c",
    "Tab": "\ue004",
}  # fmt: skip
EVENTS = (
    "log.entryAdded", "network.beforeRequestSent", "browsingContext.userPromptOpened",
)  # fmt: skip


def chromium() -> str | None:
    """The program, where there is one: $CHROMIUM or a usual name on the path."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def firefox() -> str | None:
    """The program, where there is one: $FIREFOX or a usual name on the path.

    That of a snap is none: it sees no profile outside its own folders.
    """
    names = ("firefox-esr", *(() if Path("/snap/bin/firefox").exists() else ("firefox",)))
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, names)), None)


class Navigated(Exception):
    """The page went elsewhere while it was being asked."""


class Page:
    """One tab, and everything it did: requests sent, errors and console messages."""

    def __init__(self, messages: Messages) -> None:
        self.requests: list[str] = []
        self.problems: list[str] = []
        self._messages = messages
        self._numbers = count(1)
        self._session: dict[str, str] = {}

    def call(self, method: str, **parameters: Any) -> dict:
        """One command of the protocol; its result."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters, **self._session}
        self._messages.send(json.dumps(command))
        while (message := json.loads(self._messages.receive())).get("id") != number:
            self._note(message.get("method"), message.get("params"))
        if "error" not in message:
            return message["result"]
        # Nothing else goes wrong there: what a page throws is a result.
        if method in ("Runtime.evaluate", "script.evaluate"):
            raise Navigated(message)
        raise AssertionError(f"{method}: {message}")

    def wait_for(self, expression: str) -> Any:
        """Ask until the answer, a value and not an element, is true; that answer."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(Navigated):
                if answer := self.ask(expression):
                    return answer
            time.sleep(0.02)
        raise AssertionError(f"Waited {PATIENCE_S:g} s in vain for: {expression}")

    def leave_by(self, expression: str) -> None:
        """Do what makes the page go elsewhere; it may be gone before it can answer."""
        with suppress(Navigated):
            self.ask(expression)


class Chromium(Page):
    def __init__(self, messages: Messages) -> None:
        super().__init__(messages)
        # A hidden tab is laid out, styled and pressed like any other, but nothing draws it,
        # which is half of what a page costs.
        tab = self.call("Target.createTarget", url="about:blank", hidden=True)["targetId"]
        attached = self.call("Target.attachToTarget", targetId=tab, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        # A hidden tab never has the focus.
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def open(self, address: str) -> None:
        """Load an address and wait until it is there."""
        self.call("Page.navigate", url=address)
        self.wait_for("document.readyState === 'complete'")

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; a promise is awaited."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, f"{expression}: {answer['exceptionDetails']}"
        return answer["result"].get("value")

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        pressed = {"key": key, "code": key, "windowsVirtualKeyCode": CHROMIUM_KEYS[key]}
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **pressed, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **pressed)

    def emulate(
        self,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        media: str = "screen",
    ) -> None:
        """Pretend to be some window, colour scheme and medium."""
        size = {
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": width < 700,
        }
        self.call("Emulation.setDeviceMetricsOverride", **size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def _note(self, event: str, about: dict) -> None:
        match event:
            case "Network.requestWillBeSent":
                self.requests.append(about["request"]["url"])
            # What was still loading when the page was left is no mistake.
            case "Network.loadingFailed" if "blockedReason" in about or not about.get(
                "canceled"
            ):
                self.problems.append(f"failed: {about}")
            case "Runtime.exceptionThrown" | "Page.javascriptDialogOpening":
                self.problems.append(f"{event}: {about}")
            case "Runtime.consoleAPICalled" if about["type"] in ("error", "warning"):
                self.problems.append(f"console: {about['args']}")
            case "Log.entryAdded" if about["entry"]["level"] in ("error", "warning"):
                self.problems.append(f"log: {about['entry']}")


class Firefox(Page):
    def __init__(self, messages: Messages) -> None:
        super().__init__(messages)
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=EVENTS)
        # The tab that is there at first never has the focus, and a key then presses no button.
        self._tab = self.call("browsingContext.create", type="tab")["context"]
        self.call("browsingContext.activate", context=self._tab)

    def open(self, address: str) -> None:
        """Load an address and wait until it is there."""
        self.call("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; a promise is awaited."""
        answer = self.call(
            "script.evaluate",
            # A value of BiDi's own kind would have to be put together again.
            expression=f"Promise.resolve({expression}).then((value) => JSON.stringify(value))",
            awaitPromise=True,
            target={"context": self._tab},
        )
        assert answer["type"] == "success", f"{expression}: {answer['exceptionDetails']}"
        return json.loads(answer["result"].get("value", "null"))

    def type(self, text: str) -> None:
        actions = [
            {"type": what, "value": key} for key in text for what in ("keyDown", "keyUp")
        ]
        keys = [{"type": "key", "id": "keyboard", "actions": actions}]
        self.call("input.performActions", context=self._tab, actions=keys)

    def press(self, key: str) -> None:
        self.type(FIREFOX_KEYS[key])

    def emulate(self, width: int = 1280, height: int = 900) -> None:
        """Pretend to be some window."""
        size = {"width": width, "height": height}
        self.call("browsingContext.setViewport", context=self._tab, viewport=size)

    def _note(self, event: str, about: dict) -> None:
        match event:
            case "network.beforeRequestSent":
                self.requests.append(about["request"]["url"])
            case "log.entryAdded" if about["level"] in ("error", "warn"):
                self.problems.append(f"{about['type']}: {about['text']}")
            case "browsingContext.userPromptOpened":
                self.problems.append(f"dialog: {about['message']}")


class Messages:
    """Texts over a WebSocket of this machine."""

    def __init__(self, port: int, path: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._stream = self._socket.makefile("rb")
        self._socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        output = self._stream.readline()
        assert b" 101 " in output, output
        while self._stream.readline().strip():
            pass

    def send(self, text: str) -> None:
        # A client has to mask what it sends; Firefox takes the mask 0 for none, and a length only
        # in the shortest form.
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
            assert len(head) == 2, "The browser ended while this waited for its answer."
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
def chromium_page(profile: Path) -> Iterator[Page]:
    """A page of a fresh Chromium, which is gone afterwards.

    profile: a folder of its own for what the browser writes.
    """
    command = [chromium(), *CHROMIUM_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with _running(command, profile / "DevToolsActivePort", str.split) as messages:
        yield Chromium(messages)


@contextmanager
def firefox_page(profile: Path) -> Iterator[Page]:
    """The same of Firefox."""
    (profile / "user.js").write_text(
        "\n".join(
            f"user_pref({json.dumps(name)}, {json.dumps(value)});"
            for name, value in FIREFOX_PREFERENCES.items()
        )
    )
    options = ("--headless", "--no-remote", "--remote-debugging-port=0", "--profile")
    command = [firefox(), *options, str(profile), "about:blank"]

    def address(note: str) -> tuple[int, str]:
        return json.loads(note)["ws_port"], "/session"

    with _running(command, profile / "WebDriverBiDiServer.json", address) as messages:
        yield Firefox(messages)


@contextmanager
def _running(
    command: list[str | None], note: Path, address: Callable[[str], tuple]
) -> Iterator[Messages]:
    """A browser that writes down where it listens, and a connection with it."""
    running = subprocess.Popen(
        command,
        env=os.environ | {"HOME": str(note.parent), "MOZ_CRASHREPORTER_DISABLE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 2 * PATIENCE_S
        while True:
            with suppress(OSError, ValueError):
                port, path = address(note.read_text())
                break
            assert time.monotonic() < deadline, f"Waited in vain for {note}."
            time.sleep(0.05)
        messages = Messages(int(port), path)
        yield messages
        messages.close()
    finally:
        end(running)
