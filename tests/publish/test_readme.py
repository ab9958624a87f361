"""The examples of README and docs/ run, and on the real archive they print what is shown.

So do the README's shell commands, as typed, on a fictional season.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from league import fictional_season
from tests.helpers.pipeline import ROOT
from tests.helpers.readme import EXAMPLE, PAGES, answer
from tests.helpers.thorough import THOROUGH

TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
EXAMPLES = {
    f"{page} {number}": (example["sql"], example["answer"])
    for page, text in TEXTS.items()
    for number, example in enumerate(EXAMPLE.finditer(text), 1)
}


def test_every_example_runs_anywhere(demo_built):
    assert len(EXAMPLES) == sum(text.count("```sql") for text in TEXTS.values()) > 10
    for sql, _ in EXAMPLES.values():
        demo_built.ask(sql)


def test_every_example_prints_on_the_real_archive_what_is_said(archive):
    # One shell for all of them: to start it takes longer than to answer.
    line = "=" * 20
    printed = answer(
        f"\n.print {line}\n".join(sql for sql, _ in EXAMPLES.values()), archive.published
    )
    for name, found in zip(EXAMPLES, printed.split(f"{line}\n"), strict=True):
        assert found == EXAMPLES[name][1], name


def test_links_between_pages_lead_somewhere():
    for page, text in TEXTS.items():
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


README = TEXTS["README.md"]
COMMANDS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
WITH_MAKE = [block for block in COMMANDS if block.startswith("make ")]
WITHOUT_MAKE = [block for block in COMMANDS if block not in WITH_MAKE]


def test_the_readme_names_every_folder():
    named = set(re.findall(r"`([a-z_]+)/`", README.split("## What is where")[1]))
    assert all((ROOT / folder).is_dir() for folder in named - {"data"}), named
    assert named >= {package.parent.name for package in ROOT.glob("*/__init__.py")}


def test_the_readme_says_of_each_season_what_is_known(archive):
    rows = re.findall(r"^\| (20\d\d) \|(.*)\|(.*)\|(.*)\|(.*)\|$", README, re.MULTILINE)
    printed_rows = [
        (int(season), *(cell.strip() for cell in cells)) for season, *cells in rows
    ]
    assert printed_rows == archive.ask("""
        select
            season,
            coalesce(string_agg(winners || ' ' || plural, ', ' order by winners desc, plural)
                filter (coverage in ('computed', 'taken from the catalogue')), ''),
            coalesce(string_agg(winners || ' ' || plural, ', ' order by winners desc, plural)
                filter (coverage = 'inferred'), ''),
            coalesce(string_agg(winners || ' ' || if(winners = 1, singular, plural), ', ')
                filter (coverage = 'reported'), ''),
            coalesce(string_agg(season_coverage.title, ', ' order by season_coverage.title)
                filter (coverage = 'not computable'), '')
        from season_coverage
        left join seeds.prize_names as names using (prize)
        group by season
        order by season
    """, archive.built)  # fmt: skip


def test_every_command_in_the_readme_stands_in_a_block():
    """Those in a sentence or a table are the ones that the tests below run."""
    typed = {line.split("  #")[0].strip() for block in COMMANDS for line in block.splitlines()}
    named = set(re.findall(r"`((?:make|dbt|python3?|duckdb|pip) [^`]*)`", README))
    assert named <= typed


@pytest.fixture
def clone(tmp_path) -> Path:
    """The project as a person gets it, with no environment and no data yet."""
    ignored = shutil.ignore_patterns(".*", "data", "target", "logs", "__pycache__")
    return shutil.copytree(ROOT, tmp_path / "clone", ignore=ignored)


@pytest.fixture
def invented(tmp_path) -> Path:
    """A fictional season in place of the archive, so that what is typed needs no network."""
    fictional_season.invent(tmp_path / "invented")
    return tmp_path / "invented"


def type_in(clone: Path, commands: str, **environment: str) -> str:
    """Type the commands into a shell, one after the other; what they print."""
    settings = ("LEAGUE_", "DBT_", "PYTHON", "MAKE", "PIP_")
    variables = ("DATA", "SOURCE", "REF", "AS_OF", "RULES", "FORMAT", "SEEDS", "FORCE")
    known = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(settings) and name not in variables
    }
    done = subprocess.run(
        ["bash", "-ec", commands],
        cwd=clone,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        # dbt's log, which is not read here, is a third of its work in a small build.
        env={**known, "PIP_NO_INDEX": "1", "DBT_LOG_LEVEL_FILE": "none", **environment},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_readme_s_commands_with_make_run_as_typed(clone, invented):
    (clone / ".venv").symlink_to(ROOT / ".venv")
    # What is installed counts as newer than the lock. Did it not, PYTHON=false would end the
    # test before make touches the linked environment.
    for lock in clone.glob("*.lock"):
        os.utime(lock, (0, 0))
    # `make test` would run this test again, and so on: here make only prints its commands.
    dry_test = (
        'make() { case "$1" in test) command make -n "$@";; *) command make "$@";; esac; }'
    )
    printed = type_in(
        clone,
        "\n".join([dry_test, *WITH_MAKE, "make demo 2>&1"]),
        PYTHON="false",
        SOURCE=str(invented / "race-data"),
        SEEDS=str(invented / "seeds"),
    )
    assert printed.count("FICTIONAL SEASON") == 4
    # The second `make demo` has nothing to do.
    assert printed.count("Nothing new: same files, rules and versions") >= 1
    assert "python -m pytest " in printed
    for made in ("league.duckdb", "demo/league.duckdb", "parquet/prize_winners.parquet"):
        assert (clone / "data" / made).is_file(), made


def test_the_readme_s_commands_without_make_run_as_typed(clone, invented):
    """With THOROUGH=1 in an environment of its own, which finds the packages of this one already
    installed; else in this one, and what sets it up does nothing."""
    # No variable gives ingest a source or dbt its seeds, so the copy itself has others.
    source = clone / "ingest/source.py"
    code, replaced = re.subn(
        r'^UPSTREAM = ".*"$',
        f"UPSTREAM = {str(invented / 'race-data')!r}",
        source.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    assert replaced == 1
    source.write_text(code, encoding="utf-8")
    shutil.copytree(invented / "seeds", clone / "seeds", dirs_exist_ok=True)
    if not THOROUGH:
        (clone / ".venv").symlink_to(ROOT / ".venv")
    printed = type_in(
        clone,
        "\n".join([*([] if THOROUGH else ["python3() { :; }; pip() { :; }"]), *WITHOUT_MAKE]),
        PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        PYTHONPATH=sysconfig.get_path("purelib"),
        # The unit tests ran already, where the fictional season was built for all tests.
        DBT_EXCLUDE_RESOURCE_TYPES="unit_test",
    )
    assert ("Requirement already satisfied: dbt-core" in printed) == THOROUGH
    assert "Completed successfully" in printed and "ERROR=0" in printed
    for made in ("build/league.duckdb", "league.duckdb", "parquet/prize_winners.parquet"):
        assert (clone / "data" / made).is_file(), made
