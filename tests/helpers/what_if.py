"""The page "What if?", used by hand."""

from __future__ import annotations

from tests.helpers.browser import Page


def ready(page: Page, base: str, hash_: str = "") -> None:
    page.open("about:blank")
    page.open(f"{base}/2121-what-if.html{hash_}")
    page.wait_for("!document.getElementById('what-if').hidden")


def texts(page: Page, selector: str) -> list[str]:
    return page.ask(f"[...document.querySelectorAll({selector!r})].map(e => e.textContent)")


def press(page: Page, selector: str, words: str) -> None:
    page.ask(
        f"[...document.querySelectorAll({selector!r})]"
        f".find((e) => e.textContent === {words!r}).click()"
    )


def choose(page: Page, text: str) -> None:
    page.ask("document.getElementById('racer-name').focus()")
    page.type(text)
    page.press("Enter")
    page.wait_for("!document.getElementById('chosen').hidden")
