"""Make small mistakes in the SQL on purpose, and name those that no test notices.

    python -m tests.mutants --count 100 --seed 1 --only part/of/a/path

Each mistake is made in a copy of the project, and the tests nearest to it run there. Ends with 1
where fewer than 95 % are noticed. Those that no test can notice are in mutants_known.txt, each with
the reason. A library (mutmut, cosmic-ray) does the same for Python.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from tests.helpers.pipeline import ROOT, SHARED

MUST_BE_NOTICED = 0.95
KNOWN = ROOT / "tests/mutants_known.txt"
# What is found in a line of SQL, and what it becomes.
CHANGES = (
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bmin_by\(", "max_by("),
    (r"\bmax_by\(", "min_by("),
    (r"\bleft join\b", "inner join"),
    (r"\binner join\b", "left join"),
    (r"\banti join\b", "semi join"),
    (r"\bsemi join\b", "anti join"),
    (r"(?<![<>=])<=", "<"),
    (r"(?<![<>=-])<(?![>=])", "<="),
    (r">=", ">"),
    (r"(?<![<>=-])>(?![>=])", ">="),
    (r"(?<= )=(?= )", "<>"),
    (r"(?<= )<>(?= )", "="),
    (r"^(\s+)and\b", r"\1or"),
    (r"\bis null\b", "is not null"),
    (r"\bis not null\b", "is null"),
    (r" desc\b", ""),
    (r"\border by (\w+\.)?(\w+)$", r"order by \1\2 desc"),
    (r"\+ 1\b", "+ 2"),
    (r"- 1\b", "- 2"),
    (r"\bselect distinct\b", "select"),
    (r"\bcount\(distinct ", "count("),
    (r"\bcoalesce\((\w+(?:\.\w+)?), (\w+(?:\.\w+)?)\)", r"\2"),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"^(\s*)where (?!false)(.+)$", r"\1where not (\2)"),
    (r", round_number(?=[\s,)])", ""),
)  # fmt: skip
# The tests nearest to a file, the cheap ones first.
RULES = (
    "tests/rules/test_units.py", "tests/rules/test_data_tests.py",
    "tests/rules/test_rules_on_random_leagues.py", "tests/rules/test_all_seasons.py",
    "tests/rules/test_season_2021.py", "tests/publish/test_readme.py",
    "tests/rules/test_as_of.py", "tests/rules/test_seeds.py", "tests/rules/test_stories.py",
)  # fmt: skip
NEAREST = {"ingest": ("tests/ingest", "tests/history"), "models": RULES, "macros": RULES}


class Mutant(NamedTuple):
    """One changed line of one file."""

    path: str
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}\n  - {self.before.strip()}\n  + {self.after.strip()}"


@click.command(help=__doc__)
@click.option("--count", default=100, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--only", default="", help="Part of the paths that are changed.")
def main(count: int, seed: int, only: str) -> None:
    known = {
        (path, before[2:].strip(), after[2:].strip())
        for path, before, after, _ in (
            block.split("\n") for block in KNOWN.read_text().strip().split("\n\n")[1:]
        )
    }
    mutants = [
        mutant
        for folder in NEAREST
        for file in sorted((ROOT / folder).rglob("*.sql"))
        if only in str(file.relative_to(ROOT))
        for mutant in mutants_of(file)
        if (mutant.path, mutant.before.strip(), mutant.after.strip()) not in known
    ]
    chosen = random.Random(seed).sample(mutants, min(count, len(mutants)))
    noticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        ignored = shutil.ignore_patterns(".*", "data", "target", "logs", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=ignored)
        (copy / ".venv").symlink_to(Path(sys.executable).parents[1])
        for mutant in chosen:
            failed = first_failure(mutant, copy)
            noticed += bool(failed)
            print(f"{'noticed by ' + failed if failed else 'LIVES'}: {mutant}", flush=True)
    print(f"{noticed} of {len(chosen)} noticed.")
    sys.exit(noticed < MUST_BE_NOTICED * len(chosen))


def mutants_of(file: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in order; none of a comment, a text or Jinja."""
    code = re.sub(
        r"\{#.*?#\}",
        lambda comment: "\n" * comment[0].count("\n"),
        file.read_text(),
        flags=re.DOTALL,
    )
    for number, line in enumerate(code.split("\n"), 1):
        if "--" in line or "{%" in line or "%}" in line:
            continue
        for found, instead in CHANGES:
            for match in re.finditer(found, line):
                if line[: match.start()].count("'") % 2 == 0:
                    after = line[: match.start()] + match.expand(instead) + line[match.end() :]
                    yield Mutant(str(file.relative_to(ROOT)), number, line, after)


def first_failure(mutant: Mutant, copy: Path) -> str:
    """The first test that fails with the mutant; empty where all pass."""
    file = copy / mutant.path
    original = file.read_text(encoding="utf-8")
    lines = original.split("\n")
    lines[mutant.line - 1] = lines[mutant.line - 1].replace(mutant.before, mutant.after)
    file.write_text("\n".join(lines), encoding="utf-8")
    tests = NEAREST[mutant.path.partition("/")[0]]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-xq", "-p", "no:cacheprovider", "--tb=no", *tests],
            cwd=copy, env={**os.environ, "LEAGUE_SHARED": str(SHARED)},
            capture_output=True, text=True, timeout=1800,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "tests that did not end within half an hour"
    finally:
        file.write_text(original, encoding="utf-8")
    failed = [
        line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))
    ]
    return (failed or [done.stdout[-200:]])[-1] if done.returncode else ""


if __name__ == "__main__":
    main()
