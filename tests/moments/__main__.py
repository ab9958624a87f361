"""Winners as of some moments, against the archive's own files of that hour.

    python -m tests.moments CLONE [--data DATA] [--moments …]

CLONE is a git clone of upstream, bare or not; DATA has its history (`make history`).
`stories` follows, on the published database.
For each moment the last commit until then is read in plain Python (`prizes`), and the project
builds its own answer with AS_OF. Both say who has a place, a seat or a car, and at which rank;
whoever stays unknown goes by the alias. Ends with 1 where they differ, with 0 and a word where
there is no clone.

The archive counts a race as decided once a commit has its FINAL.csv, the project once its
closing time, last snapshot and newest submission have passed: up to 3.4 hours earlier. Where a
moment lies between the two this is said, and rows of such a race may differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import duckdb

from ingest.as_of import parse_moment
from tests.helpers.pipeline import ROOT, Pipeline
from tests.moments import stories
from tests.moments.prizes import RULES, Award, Awards, awards_at
from tests.moments.tree import Tree, tree_at
from tests.moments.who import Who

MOMENTS = [
    "2021-03-04T10:30:00Z",  # the first week: no file has a UserId
    "2021-03-20T12:30:00Z",  # a month's race is running
    "2021-04-05T12:30:00Z",  # March is over, its finale to come
    "2021-04-09T01:30:00Z",  # March's finale is running, without UserId
    "2021-05-14T01:30:00Z",  # April's, which Rober leads
    "2021-06-05T12:30:00Z",  # May's finale is over by the catalogue, but not yet raced
    "2021-07-09T06:30:00Z",
    "2021-08-20T12:30:00Z",
    "2021-10-31T22:30:00Z",  # the last hour of the last month of 2021
    "2021-11-03T12:30:00Z",  # the wildcard race is running
    "2022-05-20T12:30:00Z",
    "2022-09-10T12:30:00Z",
]
TABLES = {
    "finale_place": "finale_lineups",
    "championship_seat": "championship_qualifiers",
    "wildcard_seat": "wildcard_qualifiers",
    "evo": "evo_winners",
}


def awards_of_project(built: Path, moment: str) -> tuple[Awards, set[str]]:
    """What the project says as of `moment`, and the boards it has as decided."""
    with tempfile.TemporaryDirectory() as folder:
        there = Pipeline(Path(folder))
        for done in (
            there.run("python", "-m", "ingest.as_of", moment, "--database", str(built)),
            there.build("--exclude-resource-type", "unit_test"),
        ):
            if done.returncode:
                sys.exit(f"{moment}: {done.stdout}{done.stderr}")
        awards: Awards = {}
        with duckdb.connect(str(there.built), read_only=True) as database:
            for prize, table in TABLES.items():
                for season, number, racer, rank in database.execute(
                    f"""
                    select season, round_number, coalesce(user_id, 'alias ' || alias), race_rank
                    from {table}
                    where season in ({", ".join(map(str, RULES))})
                    order by season, round_number, award_number
                    """
                ).fetchall():
                    awards.setdefault((season, number, prize), []).append(Award(racer, rank))
            decided = database.execute(
                "select distinct leaderboard_arn from race_results where is_final"
            ).fetchall()
    return awards, {board for (board,) in decided}


def compare(moment: str, clone: Path, who: Who, built: Path) -> bool:
    """Print how the two answers compare; whether they are the same."""
    tree = tree_at(clone, parse_moment(moment))
    hour = f"{parse_moment(moment):%Y-%m-%dT%H:%M:%SZ}"
    theirs = awards_at(tree, who, hour, ROOT / "seeds")
    ours, decided = awards_of_project(built, moment)
    rows = sum(map(len, theirs.values()))
    unknown = sum(a.racer.startswith("alias ") for awards in theirs.values() for a in awards)
    differing = [
        key for key in sorted(theirs.keys() | ours.keys()) if theirs.get(key) != ours.get(key)
    ]
    print(
        f"{moment}  commit {tree.commit[:10]} of {tree.committed_at:%H:%M}: {rows} rows, "
        f"{unknown} unknown, {'equal' if not differing else 'NOT EQUAL'}",
        flush=True,
    )
    for board in between(tree, decided):
        print(f"    in between: {board} is decided, its FINAL.csv not there yet")
    for season, number, prize in differing:
        print(f"    {season}, round {number}, {prize}:")
        for name, answer in (("archive", theirs), ("project", ours)):
            words = [f"{a.racer} ({a.rank})" for a in answer.get((season, number, prize), [])]
            print(f"        {name}: {', '.join(words) or 'nobody'}")
    return not differing


def between(tree: Tree, decided: set[str]) -> list[str]:
    """Boards that the project has as decided and the tree only as running."""
    return sorted(b for b in tree.hours if b in decided and f"{b}/FINAL.csv" not in tree.blobs)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.moments")
    parser.add_argument("clone")
    parser.add_argument("--data", type=Path, default="data", help="the folder of data")
    parser.add_argument("--moments", nargs="*")
    given = parser.parse_args()
    clone = Path(given.clone)
    if not given.clone or not any((clone / name).exists() for name in (".git", "objects")):
        print(
            "skipped: expected a git clone of the archive (a bare one will do), found "
            f"{given.clone or 'nothing'}"
        )
        return 0
    who = Who(tree_at(clone))
    data = given.data.resolve()
    built = data / "build/league.duckdb"
    same = [compare(m, clone, who, built) for m in given.moments or MOMENTS]
    print(f"{sum(same)} of {len(same)} moments are equal.")
    differ = stories.main([given.clone, "--database", str(data / "league.duckdb")])
    return 0 if all(same) and not differ else 1


if __name__ == "__main__":
    sys.exit(main())
