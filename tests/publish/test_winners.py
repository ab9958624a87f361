"""The printed winners: in a terminal and in a chat a name is a name and nothing else."""

from __future__ import annotations

import io
import re
import subprocess
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console
from rich.table import Table
from rich.text import Text

from league import errors
from league.terminal import Console as OurConsole
from league.text import for_chat, for_page, for_terminal, say
from publish.about import FICTIONAL
from publish.site.text import printable as shown_on_a_page
from publish.winners import Award, print_winners, winners_as_markdown
from tests.helpers.pipeline import ROOT

NASTY = (
    "a|b", "`code`", "**bold**", "_under_score_", "<script>alert(1)</script>", "<@123>",
    "@everyone", "[link](http://evil.example)", "![x](http://evil.example/x.png)",
    "https://evil.example", "www.evil.example", "~~gone~~", "||spoiler||", "# big", "a\\",
    "&lt;b&gt;", "$x^2$", ":smile:", "a\nb | c |", "\u202egnp", "{{ x }}", "CGS-1.2+3!",
)  # fmt: skip


COMMANDS = (
    "\x1b]0;owned\x07", "\x1b[2J", "\x9b31m", "a\rb", "\u202egnp.exe", "\u2066x", "\x08\x08",
)  # fmt: skip


def is_harmless(printed: str) -> bool:
    return not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", printed)


def award(alias: str = "Otter", **more: object) -> Award:
    values = {
        "season": 2121, "round_name": "March", "title": "Car", "award_number": 1,
        "alias": alias, "race": "finale", "evidence": "published", "is_provisional": False,
    }  # fmt: skip
    return Award(**{**values, **more})


def cells(markdown: str) -> list[list]:
    """The cells of all tables, each as its tokens."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    return [
        token.children
        for before, token in pairwise(tokens)
        if before.type in ("th_open", "td_open")
    ]


def in_terminal(awards: list[Award]) -> str:
    console = Console(file=io.StringIO(), width=100)
    print_winners(awards, None, console)
    return console.file.getvalue()


@given(
    column=st.sampled_from(["alias", "round_name", "title", "race"]),
    text=st.sampled_from(NASTY + COMMANDS)
    | st.text(alphabet="\\`*_{}[]()#|<>~&:!$^=+-.@/\"' \n\tab1;w", min_size=1, max_size=20),
)
def test_every_text_is_shown_in_a_terminal_and_in_a_chat_and_does_nothing(column, text):
    awards = [award(**{column: text, "evidence": "catalogue"})]
    markdown = winners_as_markdown(awards, None)
    *_, last = shown = cells(markdown)
    assert len(shown) == 4
    assert {token.type for cell in shown for token in cell} <= {"text", "text_special"}
    if column == "alias":
        name = re.sub(" +", " ", for_terminal(text)).strip().replace("@", "@\u200b")
        words = "".join(token.content for token in last)
        assert words == f"finale: {name}".strip()
    assert is_harmless(markdown) and is_harmless(in_terminal(awards))


def test_a_name_in_markdown_calls_nobody_and_is_no_address():
    for alias in ("@everyone", "<@123>", "me@here", "@@here"):
        assert "@" not in for_chat(alias).replace("@\u200b", "")
    for alias in ("https://evil.example", "WWW.evil.example", "ftp://x.y"):
        assert not re.search(r"(?<!\\)://", for_chat(alias))
        assert "www." not in for_chat(alias).lower()
    assert for_chat("CGS-on-your-12-hopefully") == "CGS-on-your-12-hopefully"


@pytest.mark.parametrize(
    "name", ["山田\u3000太郎", "👨\u200d👩\u200d👧", "می\u200cخواهم", "Eva\u00a0Maria"]
)
def test_a_name_is_the_same_in_terminal_chat_and_page(name):
    assert (
        for_terminal(name) == for_chat(name) == for_page(name) == shown_on_a_page(name) == name
    )


def test_a_winner_named_by_the_catalogue_has_a_race_and_no_number():
    awards = [
        award("Otter", evidence="catalogue", race="time trial", award_number=1),
        award("Heron", evidence="catalogue", race="head to head", award_number=2),
        award("Newt", title="Seat"),
    ]
    for printed in (winners_as_markdown(awards, None), in_terminal(awards)):
        assert "time trial: Otter" in printed
        assert "head to head: Heron" in printed
        assert "1 Newt" in printed
        assert "1 Otter" not in printed
        assert "2 Heron" not in printed


def test_markdown_says_what_is_inferred_provisional_and_fictional():
    awards = [award(evidence="inferred", is_provisional=True)]
    printed = winners_as_markdown(awards, FICTIONAL)
    assert "FICTIONAL" in printed
    assert "Season 2121 (fictional)" in printed
    assert "| Round | Car: 1 (rule inferred) |\n" in printed
    assert "| March (provisional) | 1 Otter |" in printed


def test_markdown_without_winners_says_so():
    assert "Nobody has won anything yet" in winners_as_markdown([], None)


def test_a_pipe_gets_the_markdown_and_nothing_else(demo_built):
    done = demo_built.publish("--format", "markdown")
    assert done.returncode == 0
    assert done.stdout.startswith("**FICTIONAL")
    assert done.stdout.rstrip().endswith("|")
    assert "Published:" in done.stderr


def test_another_format_is_refused_before_anything_is_done(tmp_path):
    done = subprocess.run(
        ["make", "winners", "FORMAT=html", f"DATA={tmp_path}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "'html' is not one of 'terminal', 'markdown'" in done.stderr
    assert not list(tmp_path.iterdir())


# Whatever else is printed


@pytest.mark.parametrize("text", COMMANDS)
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

    console = OurConsole(width=60)
    console.file = io.StringIO()
    table = Table(title=text, caption=Text(text))
    table.add_column(text)
    table.add_row(Text(text))
    for printable in (table, text, Text(text)):
        console.print(printable)
    console.out(text)
    assert is_harmless(console.file.getvalue())


@pytest.mark.parametrize(
    "text", ["[/i]", "[bold]x[/bold]", ":smile:", "[link=http://x]y[/link]"]
)
def test_a_path_with_brackets_is_printed_as_it_is(text):
    console = OurConsole(width=60)
    console.file = io.StringIO()
    console.print(f"Published: {text}", soft_wrap=True)
    assert console.file.getvalue() == f"Published: {text}\n"


def test_a_digit_is_one_of_ascii_wherever_a_pattern_decides():
    for folder in ("ingest", "league", "publish", "spark"):
        for file in (ROOT / folder).rglob("*.py"):
            assert r"\d" not in file.read_text(encoding="utf-8"), file
