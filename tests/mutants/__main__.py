"""Make small mistakes on purpose, run the tests nearest to each, and name those none notices.

    python -m tests.mutants --count 100 --seed 1 --only part/of/a/path

Each mistake is made in a copy of the project. One that known.txt names, with the reason why no
test can notice it, is not tried. Ends with 1 where fewer than 95 % of the others are noticed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.helpers.pipeline import ROOT, SHARED
from tests.mutants.operators import Mutant, mutants_of

WHERE = ("models", "macros", "seeds", "ingest")
MUST_BE_NOTICED = 0.95
UNITS = ("tests/rules/test_units.py", "tests/rules/test_data_tests.py")
LEAGUES = ("tests/rules/test_rules_on_random_leagues.py",)
REAL = (
    *("tests/rules/test_all_seasons.py", "tests/rules/test_season_2021.py"),
    *("tests/publish/test_readme.py", "tests/moments/test_stories.py"),
)
THEN = ("tests/rules/test_as_of.py", "tests/rules/test_seasons_are_rows.py")
SEEDS = ("tests/rules/test_seeds.py",)
INGEST = (("tests/ingest",), ("tests/publish/test_database.py",))
HISTORY = (("tests/history",), ("tests/publish/test_questions.py",), THEN)
# The tests nearest to a file, the cheap ones first; the first prefix that fits counts.
NEAREST = (
    ("ingest/history/clone", (("tests/history/test_clone.py",), *HISTORY)),
    ("ingest/history/check", (("tests/history/test_check.py",), *HISTORY)),
    (
        "ingest/history/",
        (("tests/history/test_encode.py", "tests/history/test_encode_at_random.py"), *HISTORY),
    ),
    ("ingest/as_of", (("tests/rules/test_as_of.py",),)),
    ("ingest/database", (("tests/ingest/test_stopping.py",), *INGEST)),
    ("ingest/download", (("tests/faults/test_network.py",), *INGEST)),
    ("ingest/", (("tests/ingest/test_completeness.py",), *INGEST)),
    ("seeds/", (SEEDS, REAL, LEAGUES)),
    ("models/intermediate/int_history", (UNITS, REAL, THEN)),
    ("models/marts/prize", (UNITS, LEAGUES, REAL, THEN)),
    ("models/marts", (UNITS, REAL, THEN)),
    ("models/staging/", (UNITS, REAL, THEN, ("tests/ingest",))),
    ("", (UNITS, LEAGUES, REAL, THEN, SEEDS)),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of the paths that are changed")
    given = parser.parse_args()
    known = known_mutants()
    chosen = [m for m in choose(given.count, given.seed, given.only) if m.change not in known]
    noticed = 0
    with tempfile.TemporaryDirectory() as work:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(os.cpu_count() or 1):
            copies.put(copy_project(Path(work) / f"copy-{number}"))
        tests = sorted({test for m in chosen for group in nearest(m.path) for test in group})
        copy = copies.get()
        if failed := first_failure(tests, copy):
            sys.exit(f"Expected all tests to pass before any change, found {failed}.")
        copies.put(copy)

        def attempt(mutant: Mutant) -> str:
            copy = copies.get()
            try:
                return killer(mutant, copy)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            for mutant, test in zip(chosen, threads.map(attempt, chosen), strict=True):
                noticed += bool(test)
                print(f"{'noticed by ' + test if test else 'LIVES'}: {mutant}", flush=True)
    print(f"{noticed} of {len(chosen)} noticed.")
    return 0 if noticed >= MUST_BE_NOTICED * len(chosen) else 1


def own_files() -> list[str]:
    """The paths of all files of the project, new ones too, without those that git ignores."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return [path for path in files.stdout.split("\0") if path and (ROOT / path).is_file()]


def copy_project(to: Path) -> Path:
    for path in own_files():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, to / path)
    (to / ".venv").symlink_to(Path(sys.executable).parents[1])
    return to


def choose(count: int, seed: int, only: str) -> list[Mutant]:
    """So many mutants, the same for the same seed, evenly of all files."""
    by_file = []
    for path in own_files():
        if path.startswith(WHERE) and path.endswith((".sql", ".py", ".csv")) and only in path:
            found = list(mutants_of(ROOT, path))
            random.Random(f"{seed} {path}").shuffle(found)
            by_file.append(found)
    random.Random(seed).shuffle(by_file)
    most = max(map(len, by_file), default=0)
    in_turns = (found[at] for at in range(most) for found in by_file if at < len(found))
    return [mutant for mutant, _ in zip(in_turns, range(count), strict=False)]


def killer(mutant: Mutant, copy: Path) -> str:
    """The test nearest to the mutant that fails first; empty where all pass."""
    original = (copy / mutant.path).read_bytes()
    mutant.apply(copy)
    try:
        found = (first_failure(tests, copy) for tests in nearest(mutant.path))
        return next(filter(None, found), "")
    finally:
        (copy / mutant.path).write_bytes(original)


def nearest(path: str) -> Iterator[list[str]]:
    """Groups of test files, the cheap ones first."""
    groups = next(groups for prefix, groups in NEAREST if path.startswith(prefix))
    return ([test for test in tests if (ROOT / test).exists()] for tests in groups)


def first_failure(tests: list[str], copy: Path) -> str:
    pytest = [sys.executable, "-m", "pytest", "-xq", "-p", "no:cacheprovider", "--tb=no"]
    temporary = f"--basetemp={copy.with_name(copy.name + '-temp')}"
    try:
        done = subprocess.run(
            [*pytest, temporary, *tests],
            cwd=copy, env={**os.environ, "LEAGUE_SHARED": str(SHARED)},
            capture_output=True, text=True, timeout=1800,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "a test that did not end within half an hour"
    if done.returncode == 0:
        return ""
    lines = (done.stdout + done.stderr).splitlines()
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return (failed or lines or ["pytest, without output"])[-1][:200]


def known_mutants() -> set[tuple[str, str, str]]:
    """known.txt: blocks of four lines: path, line before, line after, reason."""
    text = (Path(__file__).parent / "known.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    blocks = zip(*[iter(lines)] * 4, strict=True)
    return {(path, before[2:], after[2:]) for path, before, after, _ in blocks}


if __name__ == "__main__":
    sys.exit(main())
