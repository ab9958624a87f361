"""Make mutants, run the tests nearest to each, and name the survivors.

    python -m mutants --count 100 --seed 1

Each mutant lives in a copy of the project. A test that fails kills it; one that no test kills
is printed, unless mutants/known.txt names it with the reason why nobody can notice it.
Fails where fewer than 95 % of the others are killed.
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
from queue import Queue

from mutants.operators import Mutant, mutants_of

ROOT = Path(__file__).parents[1]
KNOWN = Path(__file__).parent / "known.txt"
WHERE = ("models", "macros", "seeds", "ingest")
MUST_DIE = 0.95
PATIENCE_S = 900
RULES = ("tests/rules/test_rules_on_random_leagues.py", "tests/rules/test_units.py")
# The tests nearest to a file, the cheap ones first; the first prefix that fits counts.
NEAREST = (
    ("ingest/history/", (("tests/history",), ("tests/rules/test_as_of.py",))),
    ("ingest/seeds", (("tests/rules/test_seeds.py",),)),
    ("ingest/as_of", (("tests/rules/test_as_of.py",),)),
    ("ingest/", (("tests/ingest",), ("tests/publish/test_database.py",))),
    ("seeds/", (("tests/rules/test_seeds.py",), ("tests/rules", "tests/publish/test_readme.py"))),
    ("models/staging/", (RULES, ("tests/rules", "tests/ingest"), ("tests/publish/test_readme.py",))),
    ("", (RULES, ("tests/rules",), ("tests/publish/test_readme.py", "tests/publish/test_proof.py"))),
)  # fmt: skip


def main() -> int:
    options = _options()
    chosen = choose(options.count, options.seed, options.only)
    known = _known()
    folders: Queue[Path] = Queue()
    with tempfile.TemporaryDirectory() as name:
        for number in range(options.workers):
            folders.put(copy_project(Path(name) / f"copy-{number}"))

        def lives(mutant: Mutant) -> bool:
            folder = folders.get()
            try:
                return survives(mutant, folder)
            finally:
                folders.put(folder)

        survivors: list[Mutant] = []
        excused = 0
        with ThreadPoolExecutor(options.workers) as workers:
            for mutant, lived in zip(chosen, workers.map(lives, chosen), strict=True):
                reason = known.get(_key(mutant)) if lived else None
                excused += reason is not None
                if lived and reason is None:
                    survivors.append(mutant)
                fate = f"lives: {reason}" if reason else "LIVES" if lived else "killed"
                print(f"{fate}: {mutant}", flush=True)
    counted = len(chosen) - excused
    killed = counted - len(survivors)
    print(f"{killed} of {counted} killed, {excused} of no effect, {len(survivors)} alive.")
    return 0 if killed >= MUST_DIE * counted else 1


def choose(count: int, seed: int, only: str) -> list[Mutant]:
    """So many mutants, the same for the same seed; as many files as can be before a second
    mutant of one."""
    by_file = {}
    for path in _tracked():
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


def copy_project(to: Path) -> Path:
    """All tracked files, and this environment."""
    for path in _tracked():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, to / path)
    (to / ".venv").symlink_to(Path(sys.executable).parents[1])
    return to


def survives(mutant: Mutant, folder: Path) -> bool:
    """Whether no test nearest to the mutant fails."""
    original = (folder / mutant.path).read_bytes()
    mutant.apply(folder)
    try:
        return all(_pass(tests, folder) for tests in nearest(mutant.path, folder))
    finally:
        (folder / mutant.path).write_bytes(original)


def nearest(path: str, folder: Path) -> list[list[str]]:
    """Groups of test files, the cheap ones first."""
    groups = next(groups for prefix, groups in NEAREST if path.startswith(prefix))
    return [[test for test in tests if (folder / test).exists()] for tests in groups]


def _pass(tests: list[str], folder: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    shared = os.environ.get("LEAGUE_SHARED", str(ROOT.parent / "shared"))
    try:
        done = subprocess.run(
            [*command, "--basetemp", str(folder.with_name(f"{folder.name}-temp")), *tests],
            cwd=folder,
            env={
                **os.environ,
                "FAST": "1",
                "LEAGUE_SHARED": shared,
                "PYTHONPATH": str(folder),
            },
            capture_output=True,
            timeout=PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for path in listed.stdout.splitlines() if (ROOT / path).is_file()]


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
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of the paths that are changed")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
