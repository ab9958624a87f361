"""A headless Chromium, driven over its own pipe: no driver, no port, no package.

Chromium speaks the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/)
as JSON messages that end in a zero byte, read from file descriptor 3, written to 4.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from league.errors import end

PATIENCE_S = 30.0
# The browser's own calls home; with all names unknown, only loopback and files are left.
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # A sixth of a page's load is a frame of its own, made again even for the same site.
    "--disable-features=RenderDocument",
)  # fmt: skip
KEYS = {
    "ArrowDown": 40, "ArrowUp": 38, "Enter": 13, "Escape": 27, "Tab": 9, "Home": 36, "End": 35,
}  # fmt: skip


def chromium() -> str | None:
    """The program, where there is one: $CHROMIUM or a usual name on the path."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


class Navigated(Exception):
    """The page went elsewhere while it was being asked."""


@dataclass
class Page:
    """One tab, and everything it did: requests sent, errors and console messages."""

    _to: int
    _from: int
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _session: str = ""
    _sent: int = 0
    _unread: bytes = b""
    _loaded: bool = False

    def open(self, address: str) -> None:
        """Load an address and wait for its load event."""
        before = self.ask("location.href")
        # Only now: the load event of the page before may have come with that answer.
        self._loaded = False
        self.call("Page.navigate", url=address)
        # A change behind the # alone loads nothing.
        if before.partition("#")[0] == address.partition("#")[0] and "#" in address:
            return
        self._read_until(lambda: self._loaded, f"the load event of {address}")

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; a promise is awaited."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, f"{expression}: {answer['exceptionDetails']}"
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """Ask until the answer, a value and not an element, is true; that answer."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                answer = self.ask(expression)
            except Navigated:
                # The page that was asked is gone; the next one may have the answer.
                answer = None
            if answer:
                return answer
            time.sleep(0.02)
        raise AssertionError(f"Waited {PATIENCE_S:g} s in vain for: {expression}")

    def leave_by(self, expression: str) -> None:
        """Do what makes the page go elsewhere; it may be gone before it can answer."""
        with suppress(Navigated):
            self.ask(expression)

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def press(self, key: str, modifiers: int = 0) -> None:
        for kind in ("keyDown", "keyUp"):
            more = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=KEYS[key],
                modifiers=modifiers,
                **more,
            )

    def emulate(
        self,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        media: str = "screen",
        motion: str = "no-preference",
    ) -> None:
        """Pretend to be some window, colour scheme and medium."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 700,
        )
        self.call(
            "Emulation.setEmulatedMedia",
            media=media,
            features=[
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": motion},
            ],
        )

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """In here the page is another tab: one that is drawn, as pictures and prints need it."""
        undrawn = self._session
        self._open_tab(hidden=False)
        try:
            yield
        finally:
            self.call("Page.close")
            self._session = undrawn

    def _open_tab(self, hidden: bool = True) -> None:
        """Go on in a new tab. A hidden one is laid out, styled and pressed like any other, but
        nothing draws it, which is half of what a page costs."""
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank", hidden=hidden)
        attached = self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        # A hidden tab never has the focus.
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.emulate()

    def screenshot(self, to: Path, whole: bool = False) -> None:
        picture = self.call(
            "Page.captureScreenshot",
            captureBeyondViewport=whole,
            **({"clip": self._whole_page()} if whole else {}),
        )
        to.write_bytes(base64.b64decode(picture["data"]))

    def _whole_page(self) -> dict[str, float]:
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        return {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}

    def call(self, method: str, **parameters: Any) -> dict:
        """One command of the protocol; its result."""
        self._sent += 1
        number = self._sent
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        answers: list[dict] = []
        self._read_until(lambda: bool(answers), method, number, answers)
        error = answers[0].get("error")
        if error and "navigated" in error["message"]:
            raise Navigated(error["message"])
        assert not error, f"{method}: {error}"
        return answers[0]["result"]

    def _read_until(
        self, done, what: str, number: int = 0, answers: list | None = None
    ) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self._from], [], [], max(left, 0))
            if not ready:
                raise AssertionError(f"Waited {PATIENCE_S:g} s in vain for {what}.")
            more = os.read(self._from, 1 << 20)
            assert more, f"Chromium ended while this waited for {what}."
            *messages, self._unread = (self._unread + more).split(b"\0")
            for message in map(json.loads, messages):
                if answers is not None and message.get("id") == number:
                    answers.append(message)
                else:
                    self._note(message)

    def _note(self, message: dict) -> None:
        match message.get("method"), message.get("params"):
            case "Page.loadEventFired", _:
                self._loaded = True
            case "Network.requestWillBeSent", sent:
                self.requests.append(sent["request"]["url"])
            case "Network.loadingFailed", failed:
                why = failed.get("blockedReason", "")
                # What was still loading when the page was left is no mistake.
                if why or not failed.get("canceled"):
                    self.problems.append(f"failed: {failed.get('errorText')} {why}")
            case "Runtime.exceptionThrown", thrown:
                self.problems.append(f"exception: {thrown['exceptionDetails']}")
            case "Runtime.consoleAPICalled", called if called["type"] in ("error", "warning"):
                self.problems.append(f"console: {called['args']}")
            case "Log.entryAdded", {"entry": entry} if entry["level"] in ("error", "warning"):
                self.problems.append(f"log: {entry['text']} {entry.get('url', '')}")
            case "Page.javascriptDialogOpening", dialog:
                self.problems.append(f"dialog: {dialog['message']}")


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A page of a fresh browser, which is gone afterwards.

    profile: a folder of its own for what the browser writes.
    """
    program = chromium()
    assert program, "Ask chromium() first: there is none on this machine."
    hears, to = os.pipe()
    from_, speaks = os.pipe()
    # Out of the way of 3 and 4, which they are about to become.
    hears, speaks = (_above(end, 10) for end in (hears, speaks))

    def as_three_and_four() -> None:
        os.dup2(hears, 3)
        os.dup2(speaks, 4)

    running = subprocess.Popen(
        [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        preexec_fn=as_three_and_four,
        close_fds=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(hears)
    os.close(speaks)
    page = Page(to, from_)
    try:
        page._open_tab()
        yield page
    finally:
        end(running)
        os.close(to)
        os.close(from_)


def _above(descriptor: int, least: int) -> int:
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, least)
    os.close(descriptor)
    return moved
