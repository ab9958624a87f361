"""Make mutants, run the tests nearest to each, and name the survivors.

    python -m tests.mutants --count 100 --seed 1

Each mutant lives in a copy of the project. A test that fails kills it; one that no test kills
is printed. One that mutants/known.txt names, with the reason why nobody can notice it, is not
tried. Fails where fewer than 95 % of the others are killed.

What became of each is noted in a file at once, with the test that killed it; a run that finds
there that a mutant was killed does not try it again. First all tests run on a copy that nobody
changed: the leagues they build are what a mutant of a model builds its change upon.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tests.mutants.forked import run_pytest
from tests.mutants.operators import Mutant, mutants_of
from tests.mutants.project import ROOT, copy_project, own_files

KNOWN = Path(__file__).parent / "known.txt"
WHERE = ("models", "macros", "seeds", "ingest")
MUST_DIE = 0.95
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
    ("ingest/transaction", (("tests/ingest/test_stopping.py",), *INGEST)),
    ("ingest/progress", (("tests/ingest/test_progress.py",), *INGEST)),
    ("ingest/download", (("tests/ingest/test_over_http.py",), *INGEST)),
    ("ingest/web", (("tests/ingest/test_over_http.py",), *INGEST)),
    ("ingest/", (("tests/ingest/test_completeness.py",), *INGEST)),
    ("seeds/", (SEEDS, REAL, LEAGUES)),
    ("models/intermediate/int_history", (UNITS, REAL, THEN)),
    ("models/marts/prize", (UNITS, LEAGUES, REAL, THEN)),
    ("models/marts", (UNITS, REAL, THEN)),
    ("models/staging/", (UNITS, REAL, THEN, ("tests/ingest",))),
    ("", (UNITS, LEAGUES, REAL, THEN, SEEDS)),
)
# What these make is built upon what was built before the change; the ingest must show that it
# can load all of it anew.
BUILT_UPON = ("models/", "macros/", "seeds/")


def main() -> int:
    options = _options()
    chosen = choose(options.count, options.seed, options.only)
    fates = _noted(options.notes)
    known = _known()
    left = [m for m in chosen if not fates.get(str(m)) and _key(m) not in known]
    if left:
        with tempfile.TemporaryDirectory() as name:
            fates |= _try(left, Path(name), options.workers, options.notes)
    alive = [mutant for mutant in chosen if not fates.get(str(mutant))]
    excused = [mutant for mutant in alive if _key(mutant) in known]
    counted = len(chosen) - len(excused)
    killed = len(chosen) - len(alive)
    for mutant in alive:
        print(f"LIVES{': ' + known[_key(mutant)] if mutant in excused else ''}: {mutant}")
    print(
        f"{killed} of {counted} killed, {len(excused)} of no effect, {counted - killed} alive."
    )
    return 0 if killed >= MUST_DIE * counted else 1


def _try(mutants: list[Mutant], work: Path, at_once: int, notes: Path) -> dict[str, str]:
    """Mutant -> the test that killed it, or nothing. Raises SystemExit where tests fail
    without any change: they would kill everybody."""
    before = work / "before"
    everything = sorted(
        {test for m in mutants for tests in nearest(m.path, ROOT) for test in tests}
    )
    fates = {}
    with (
        ProcessPoolExecutor(at_once, get_context("fork")) as workers,
        notes.open("a", encoding="utf-8") as noted,
    ):
        if failed := workers.submit(first_failure, everything, work, before).result():
            sys.exit(f"Expected all tests to pass before any change, found {failed}.")
        started = {workers.submit(killer, mutant, work, before): mutant for mutant in mutants}
        for ended in as_completed(started):
            mutant, by = started[ended], ended.result()
            fates[str(mutant)] = by
            print(json.dumps([str(mutant), by]), file=noted, flush=True)
            print(f"{'killed by ' + by if by else 'LIVES'}: {mutant}", flush=True)
    return fates


def _noted(notes: Path) -> dict[str, str]:
    """What an earlier run noted: a list of mutant and killer a line."""
    if not notes.is_file():
        return {}
    return dict(json.loads(line) for line in notes.read_text(encoding="utf-8").splitlines())


def choose(count: int, seed: int, only: str) -> list[Mutant]:
    """So many mutants, the same for the same seed; as many files as can be before a second
    mutant of one."""
    by_file = {}
    for path in own_files():
        if path.startswith(WHERE) and path.endswith((".sql", ".py", ".csv")) and only in path:
            found = list(mutants_of(ROOT, path))
            random.Random(f"{seed} {path}").shuffle(found)
            by_file[path] = iter(found)
    paths = sorted(by_file)
    random.Random(seed).shuffle(paths)
    return list(_in_turns(by_file, paths, count))


def _in_turns(
    by_file: dict[str, Iterator[Mutant]], paths: list[str], count: int
) -> Iterator[Mutant]:
    while paths and count:
        for path in list(paths):
            mutant = next(by_file[path], None)
            if mutant is None:
                paths.remove(path)
            elif count:
                count -= 1
                yield mutant


def killer(mutant: Mutant, work: Path, before: Path) -> str:
    """The test nearest to the mutant that fails first; nothing where all pass."""
    folder = own_copy(work)
    original = (folder / mutant.path).read_bytes()
    mutant.apply(folder)
    built_upon = before if mutant.path.startswith(BUILT_UPON) else None
    try:
        groups = nearest(mutant.path, folder)
        temp = folder.with_name(f"{folder.name}-temp")
        found = (first_failure(tests, work, temp, built_upon) for tests in groups)
        return next(filter(None, found), "")
    finally:
        (folder / mutant.path).write_bytes(original)


def own_copy(work: Path) -> Path:
    """The copy of the project in which this process changes one line at a time."""
    folder = work / f"copy-{os.getpid()}"
    if not folder.is_dir():
        (copy_project(folder) / ".venv").symlink_to(Path(sys.executable).parents[1])
    return folder


def nearest(path: str, folder: Path) -> list[list[str]]:
    """Groups of test files, the cheap ones first."""
    groups = next(groups for prefix, groups in NEAREST if path.startswith(prefix))
    return [[test for test in tests if (folder / test).exists()] for tests in groups]


def first_failure(tests: list[str], work: Path, temp: Path, before: Path | None = None) -> str:
    """The test that fails first, in a run of this process's copy whose leagues lie in `temp`."""
    folder = own_copy(work)
    environment = {"PYTHONPATH": str(folder)}
    environment["LEAGUE_SHARED"] = os.environ.get("LEAGUE_SHARED", str(ROOT.parent / "shared"))
    if before:
        environment["LEAGUE_BEFORE"] = str(before)
    code, said = run_pytest(["-x", "--basetemp", str(temp), *tests], folder, environment)
    if code == 0:
        return ""
    told = [line for line in said if line.startswith(("FAILED", "ERROR"))]
    return (told or said or ["pytest, without a word"])[-1][:200]


def _key(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.path, mutant.before.strip(), mutant.after.strip()


def _known() -> dict[tuple[str, str, str], str]:
    """known.txt: blocks of four lines: path, line before, line after, reason."""
    lines = [
        line.strip()
        for line in KNOWN.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    blocks = [lines[at : at + 4] for at in range(0, len(lines), 4)]
    return {(path, before[2:], after[2:]): reason for path, before, after, reason in blocks}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of the paths that are changed")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--notes", type=Path, default=ROOT / "data/mutants.jsonl")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
