"""docs/your-own-league.md, followed to the letter from an empty folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.helpers.pipeline import ROOT
from tests.helpers.site import Parsed
from tests.rules.test_seeds import MISTAKES

PAGE = (ROOT / "docs/your-own-league.md").read_text(encoding="utf-8")
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
(ANSWER,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> tuple[Path, str]:
    """The folder my-league after all commands of the page, and what they printed."""
    clone = tmp_path_factory.mktemp("own") / "clone"
    ignored = shutil.ignore_patterns(".*", "data", "target", "logs", "__pycache__")
    shutil.copytree(ROOT, clone, ignore=ignored)
    (clone / ".venv").symlink_to(ROOT / ".venv")
    done = subprocess.run(
        ["bash", "-euc", COMMANDS],
        cwd=clone,
        capture_output=True,
        text=True,
        timeout=300,
        env={k: v for k, v in os.environ.items() if not k.startswith(("LEAGUE_", "DBT_"))},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return clone / "my-league", done.stdout


def test_winners_and_reasons_are_those_the_page_tells_of(followed):
    _, printed = followed
    assert printed.endswith(ANSWER)
    assert re.search(r"Spring │ +1 Bo", printed) and re.search(r"Summer │ +1 Di", printed)


def test_nothing_of_it_is_the_real_league(followed):
    league, _ = followed
    with duckdb.connect(str(league / "data/league.duckdb"), read_only=True) as opened:
        assert opened.sql("select title, coverage, winners from season_coverage").fetchall() == [
            ("Ticket to the gala", "computed", 3), ("Trophy", "computed", 2),
        ]  # fmt: skip
        assert opened.sql(
            "select user_id, race, attendance from finale_attendance order by all"
        ).fetchall() == [
            ("ada", "gala", "raced as invited"),
            ("bo", "gala", "raced as invited"),
            ("cy", "gala", "no-show"),
        ]
        assert opened.sql(
            "select prize, user_id, decision from prize_decisions where place_in_line is null"
        ).fetchall() == [("trophy", "cy", "absent from the gala")]


def test_the_site_knows_its_prizes_and_no_others(followed):
    site = followed[0] / "data/site"
    season = (site / "2031.html").read_text(encoding="utf-8")
    for word in ("Trophy", "Ticket to the gala", "Gala</th>", "no-show"):
        assert word in season, word
    assert not list(site.glob("rule-*.html")), "those explain the AWS DeepRacer League"
    front = Parsed(site / "index.html")
    assert "Who won what in the Village Cup?" in front.text
    assert "with a stopwatch" in "".join(front.text)
    assert (followed[0] / "data/parquet/prize_winners.parquet").is_file()
    assert (followed[0] / "data/csv/prize_winners.csv").is_file()


# Attributes that are read aloud or shown, here or by pages that link to it.
SPOKEN = ("aria-label", "title", "placeholder", "alt", "content")
REAL = re.compile(
    r"(?i)deepracer|\baws\b|finale|championship|wildcard|\bevo\b|knockout|\bpro\b"
)
# Columns and tables have the same names in every league, and so have their files.
# An Arn has the form that the archive asks for, whosever league it is.
NAMES = re.compile(r"\b(finale|championship|wildcard|evo)_\w+|arn:aws:deepracer:\S+")


def test_no_page_has_a_word_of_the_real_league(followed):
    for file in (followed[0] / "data/site").glob("*.html"):
        page = Parsed(file)
        output = re.findall(r"<title>(.*?)</title>", file.read_text(encoding="utf-8"))
        # These pages describe the tables, which know the real league's prizes by name.
        if not file.name.startswith("table"):
            output += page.text
            output += [a[name] for _, a in page.elements for name in SPOKEN if name in a]
        found = [text for text in output if REAL.search(NAMES.sub("", text))]
        assert not found, file.name


def test_the_mistake_it_names_is_told_in_that_sentence():
    """Of another row, but in these words, test_seeds.py has the checks say it."""
    (sentence,) = re.findall(r"`(prizes\.csv, 2031.*?)`", PAGE, re.DOTALL)
    (told,) = (found for *_, found in MISTAKES if 'kind is "prizze"' in found)
    of_the_page = told.replace("2121, evo", "2031, trophy").replace("prizze", "price")
    assert " ".join(sentence.split()) + "." == of_the_page
