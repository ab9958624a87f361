"""A season of another sport, invented, from the catalogue to the pages.

It has what a league of cars with drivers has: accents, a weekend with two races, a race that was
cancelled, drivers who did not finish and one who was disqualified.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from ingest.source import LEADERBOARDS
from tests.helpers.pipeline import ROOT, run_warm

ARN = "arn:aws:deepracer:::leaderboard"
DAY, START = 86_400_000, 1_930_000_000_000
# Race, and who came in which order. Tuão finished no race but the first: after all who did.
RESULTS = {
    "bahia": ("Pérez", "Hülkenberg", "Ørsted", "Tuão"),
    "dunas-sprint": ("Hülkenberg", "Pérez", "Ørsted", "Tuão"),
    "dunas": ("Pérez", "Ørsted", "Hülkenberg", "Tuão"),
    "kyoto": (),  # cancelled
    "nordschleife": ("Ørsted", "Hülkenberg", "Pérez", "Tuão"),  # Ørsted was disqualified
}
IDS = {"Pérez": "perez", "Hülkenberg": "hulkenberg", "Ørsted": "orsted", "Tuão": "tuao"}
SEEDS = {
    "league.csv": "name,notice\nthe Invented Grand Prix,Invented for a test.\n",
    "rounds.csv": "season,round_number,round_name\n2031,1,Grande Prémio da Bahía\n2031,2,Dunas\n"
    "2031,3,Kyōto\n2031,4,Nürburgring\n",
    "round_races.csv": "season,round_number,race,leaderboard_arn\n"
    f"2031,1,grand prix,{ARN}/bahia\n"
    f"2031,2,sprint,{ARN}/dunas-sprint\n"
    f"2031,2,grand prix,{ARN}/dunas\n"
    f"2031,3,grand prix,{ARN}/kyoto\n"
    f"2031,4,grand prix,{ARN}/nordschleife\n",
    "prize_names.csv": "prize,title,singular,plural\ncup,Cup,cup,cups\n"
    "medal,Sprint medal,sprint medal,sprint medals\n",
    "prizes.csv": "season,prize,kind,invites_to,quota,evidence,reason,source,known_since\n"
    "2031,cup,prize,,1,published,Invented,Our rule book,\n"
    "2031,medal,prize,,1,published,Invented,Our rule book,\n",
    "prize_lines.csv": "season,prize,line_order,race\n2031,cup,1,grand prix\n"
    "2031,medal,1,sprint\n",
    "prize_blocks.csv": "season,prize,held_prize,applies\n",
    "exceptions.csv": "season,user_id,prize,from_round,to_round,reason,source\n"
    "2031,orsted,all,4,4,ineligible,The stewards\n",
    "promotion_rules.csv": "season,from_race,to_race,share,evidence,source\n",
    "not_computable.csv": "season,prize,reason,source\n",
    "named_winners.csv": "season,leaderboard_arn,winner_alias,user_id,source\n",
}


def invent(folder: Path) -> None:
    """Write the archive and the rows of the season."""
    catalogue = ["Arn,Name,LaunchTime,CloseTime,Status,RaceType,ParticipantCount"]
    for number, (race, order) in enumerate(RESULTS.items()):
        begins = START + number * 14 * DAY
        catalogue.append(
            f"{ARN}/{race},{race.title()},{begins},{begins + DAY},CLOSED,TIME_TRIAL,{len(order)}"
        )
        if order:
            path = folder / "race-data" / LEADERBOARDS / ARN / race / "FINAL.csv"
            path.parent.mkdir(parents=True)
            rows = [f"{rank},{name},{IDS[name]}" for rank, name in enumerate(order, 1)]
            path.write_text("\n".join(["Rank,Alias,UserId", *rows, ""]), encoding="utf-8")
    boards = folder / "race-data" / LEADERBOARDS / "leaderboards.csv"
    boards.write_text("\n".join([*catalogue, ""]), encoding="utf-8")
    (folder / "seeds").mkdir()
    for file, rows in SEEDS.items():
        (folder / "seeds" / file).write_text(rows, encoding="utf-8")


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sport")
    invent(folder)
    given = ("--source", folder / "race-data", "--seeds", folder / "seeds")
    done = run_warm(
        ["python", "-m", "league", "publish", "--data", f"{folder}/data", *map(str, given)],
        ROOT,
        dict(os.environ),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "data"


def test_two_races_a_cancelled_one_and_a_disqualification_have_their_winners(published):
    with duckdb.connect(str(published / "league.duckdb"), read_only=True) as opened:
        won = opened.sql(
            "select round_number, prize, alias from prize_winners order by all"
        ).fetchall()
    assert won == [
        (1, "cup", "Pérez"),
        (2, "cup", "Pérez"),
        (2, "medal", "Hülkenberg"),
        (4, "cup", "Hülkenberg"),
    ]


def test_its_pages_say_so(published):
    season = (published / "site/2031.html").read_text(encoding="utf-8")
    for name in ("Pérez", "Hülkenberg", "Grande Prémio da Bahía", "Nürburgring", "Kyōto"):
        assert name in season, name
    racer = published / "site/winner-hulkenberg.html"
    pages = [racer] if racer.exists() else list((published / "site").glob("*lkenberg*.html"))
    assert pages and "Nürburgring" in pages[0].read_text(encoding="utf-8")
