"""Whatever a text of unknown origin holds, no way out makes a command of it."""

from __future__ import annotations

import io
import re

import pytest
from rich.table import Table
from rich.text import Text

from league import errors
from league.terminal import Console
from league.text import say
from publish.site.pages import harmless
from publish.site.racers import _names, _word_and_number
from publish.site.text import folded, script
from tests.helpers.pipeline import ROOT

NASTY = (
    "\x1b]0;owned\x07",
    "\x1b[2J",
    "\x9b31m",
    "a\rb",
    "\u202egnp.exe",
    "\u2066x",
    "\x08\x08",
)
CODE = [
    file
    for part in ("league", "ingest", "publish", "spark")
    for file in (ROOT / part).rglob("*.py")
]


def is_harmless(printed: str) -> bool:
    return not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", printed)


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_is_printed_is_a_command_to_a_terminal(text, capsys):
    say(f"before\n{text}")
    say(text, aside=True)
    for refused in (errors.LeagueError, OSError):

        def fail(refused: type[Exception] = refused) -> None:
            raise refused(f"Expected a server, found {text}")

        assert errors.ended("winners", fail) == 1
    printed = capsys.readouterr()
    assert is_harmless(printed.out + printed.err)
    assert printed.out.startswith("before\n")

    console = Console(width=60)
    console.file = io.StringIO()
    table = Table(title=text, caption=Text(text))
    table.add_column(text)
    table.add_row(Text(text))
    for printable in (table, text, Text(text)):
        console.print(printable)
    console.out(text)
    assert is_harmless(console.file.getvalue())
    assert is_harmless(harmless(text))
    assert is_harmless(script("league.rows", {"race type": [text]}).rstrip("\n"))


@pytest.mark.parametrize(
    "text", ["[/i]", "[bold]x[/bold]", ":smile:", "[link=http://x]y[/link]"]
)
def test_a_path_with_brackets_is_printed_as_it_is(text):
    console = Console(width=60)
    console.file = io.StringIO()
    console.print(f"Published: {text}", soft_wrap=True)
    assert console.file.getvalue() == f"Published: {text}\n"


def test_every_console_is_ours():
    for file in CODE:
        text = file.read_text(encoding="utf-8")
        if file.name != "terminal.py":
            assert "rich.console.Console(" not in text, file
            assert not ("from rich.console import" in text and " Console(" in text), file
            assert not re.search(r"sys\.(stdout|stderr)\.write", text), file


def test_a_digit_is_one_of_ascii_wherever_a_pattern_decides():
    for file in CODE:
        for line in file.read_text(encoding="utf-8").splitlines():
            if r"\d" in line:
                assert "re.ASCII" in line or 'rb"' in line, f"{file}: {line}"


OSMANYA = "".join(map(chr, range(0x104A0, 0x104A4)))


@pytest.mark.parametrize("digits", [OSMANYA, "٠١٢٣", "１２３４", "²²²²"])
def test_a_number_in_other_digits_is_part_of_the_word(digits):
    assert _word_and_number(f"Aaa#{digits}") == (folded(f"Aaa#{digits}"), "")
    _, numbers = _names([f"Aaa#{digits}", "Bbb#1234"])
    assert numbers == "1234"
    assert _word_and_number("Aaa#1234") == ("aaa", "1234")
