"""What a message tells its reader to type is there to be typed."""

from __future__ import annotations

import ast
import re
import shutil

import click
import pytest

from league.cli import league, load, publish_built
from tests.helpers.pipeline import ROOT

PROGRAMS = {"ingest": load, "publish": publish_built}
# Programs of others, by the words that a message has of them.
OTHERS = (
    "dbt build",
    "dbt docs generate",
    "git repack -a -d",
    "git clone",
    "duckdb -readonly",
)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^#: make (\S+)", MAKEFILE, re.MULTILINE)
VARIABLES = set(re.findall(r"[A-Z_]+", MAKEFILE))


def texts() -> list[tuple[str, str]]:
    """Every text in the code of the commands, docstrings left out, and of the macros."""
    found = []
    for room in ("ingest", "league", "publish", "spark"):
        for file in (ROOT / room).rglob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            prose = {
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            }
            found += [
                (str(file.relative_to(ROOT)), node.value)
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node not in prose
            ]
    for file in (ROOT / "macros").glob("*.sql"):
        said = re.findall(r'"([^"]*)"', file.read_text(encoding="utf-8"))
        found += [(str(file.relative_to(ROOT)), text) for text in said]
    return found


ADVICE = sorted(
    {
        (where, command)
        for where, text in texts()
        for command in re.findall(r"`((?:make|python|dbt|git|duckdb) [^`]+)`", text)
    }
)


def options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


@pytest.mark.parametrize(("where", "command"), ADVICE)
def test_a_command_in_a_message_is_there(where, command):
    program, *words = command.split()
    if program == "make":
        assert words[0] in TARGETS
        assert set(re.findall(r"(\w+)=", command)) <= VARIABLES
    elif program == "python":
        assert words[0] == "-m"
        name, *more = words[1:]
        known = league.commands[more.pop(0)] if name == "league" else PROGRAMS[name]
        assert {word for word in more if word.startswith("--")} <= options(known)
    else:
        assert command.startswith(OTHERS)
        assert shutil.which(program) or program in ("dbt", "duckdb")


def test_every_option_and_variable_in_a_message_is_there():
    known = {name for command in league.commands.values() for name in options(command)}
    # Of click, of git and of Java.
    known |= {"--help", "--bare", "--filter", "--ref-format", "--reference", "--shared"}
    known |= {*VARIABLES, "JAVA_HOME"}
    named = {
        name
        for _, text in texts()
        if " " in text
        for name in re.findall(r"(?<![\w-])--[a-z-]+[a-z](?![\w-])|\b[A-Z_]{3,}(?==)", text)
    }
    assert {"--data", "SOURCE"} <= named <= known
