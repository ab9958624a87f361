"""A season of another sport, invented, from the catalogue to the pages.

It has what a league of cars with drivers has: accents, a weekend with two races, a race that was
cancelled, drivers who did not finish and one who was disqualified.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingest.source import LEADERBOARDS
from tests.helpers import warm
from tests.helpers.pipeline import ROOT

ARN = "arn:aws:deepracer:::leaderboard"
BOARDS = f"race-data/{LEADERBOARDS}/leaderboards.csv"
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


def ranking(folder: Path, race: str) -> Path:
    return folder / "race-data" / LEADERBOARDS / ARN / race / "FINAL.csv"


def invent(folder: Path) -> None:
    """Write the archive and the rows of the season."""
    catalogue = ["Arn,Name,LaunchTime,CloseTime,Status,RaceType,ParticipantCount"]
    for number, (race, order) in enumerate(RESULTS.items()):
        begins = START + number * 14 * DAY
        catalogue.append(
            f"{ARN}/{race},{race.title()},{begins},{begins + DAY},CLOSED,TIME_TRIAL,{len(order)}"
        )
        if order:
            path = ranking(folder, race)
            path.parent.mkdir(parents=True)
            rows = [f"{rank},{name},{IDS[name]}" for rank, name in enumerate(order, 1)]
            path.write_text("\n".join(["Rank,Alias,UserId", *rows, ""]), encoding="utf-8")
    boards = folder / BOARDS
    boards.write_text("\n".join([*catalogue, ""]), encoding="utf-8")
    (folder / "seeds").mkdir()
    for file, rows in SEEDS.items():
        (folder / "seeds" / file).write_text(rows, encoding="utf-8")


def run(folder: Path, command: str) -> subprocess.CompletedProcess:
    return warm.run(
        [
            *("python", "-m", "league", command, "--data", str(folder / "data")),
            *("--source", str(folder / "race-data"), "--seeds", str(folder / "seeds")),
        ],
        ROOT,
        dict(os.environ),
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sport")
    invent(folder)
    done = run(folder, "publish")
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


def put(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / file if "/" in file else ranking(folder, file)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def rename(name: str) -> Callable[[Path], None]:
    return lambda folder: (
        ranking(folder, "bahia").rename(ranking(folder, "bahia").with_name(name)) and None
    )


def without_counts(folder: Path) -> None:
    boards = folder / BOARDS
    rows = [line.rpartition(",")[0] for line in boards.read_text().splitlines()]
    boards.write_text("\n".join([*rows, ""]))


def without_a_ranking(status: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        ranking(folder, "bahia").unlink()
        put(BOARDS, "CLOSED", status)(folder)
        put(BOARDS, "19300", "15300")(folder)
        without_counts(folder)

    return change


# What an organiser does, and the words that lead out. Those of a group are done at once.
HABITS = {
    "in rankings": (
        3,
        (put("bahia", "4,Tuão", ",Tuão"), "gets the next one"),
        (put("dunas", "4,Tuão", "DNF,Tuão"), "DNF"),
        (put("dunas-sprint", ",", ";"), "Save the file with commas"),
    ),
    "in the catalogue": (
        1,
        (put(BOARDS, ",", ";"), "Save the file with commas"),
    ),
    "a ranking in small letters": (
        3, (rename("final.csv"), "A ranking is FINAL.csv, in capitals"),
    ),
    "a ranking misspelt": (3, (rename("FINALE.csv"), "FINALE.csv")),
    "a ranking forgotten": (3, (without_a_ranking("CLOSED"), "ParticipantCount of 0")),
    "forgotten, in small letters": (3, (without_a_ranking("closed"), "ParticipantCount of 0")),
    "forgotten, in another word": (3, (without_a_ranking("finished"), "ParticipantCount of 0")),
    "control characters in seeds": (
        1,
        (put("seeds/rounds.csv", "Dunas", "Du\x1b[2Jnas"), "rounds.csv"),
        (put("seeds/prize_names.csv", "Cup", "C\u202eup"), "control character"),
    ),
    "a round without a race in seeds": (
        1,
        (put("seeds/round_races.csv", f"2031,3,grand prix,{ARN}/kyoto\n", ""),
         "ParticipantCount 0 in the catalogue"),
    ),
    "a season over two years": (
        1,
        (put("seeds/rounds.csv", "2031,1", "2031-32,1"), "is named by the one it ends in"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("habit", HABITS)
def test_what_an_organiser_does_by_habit_ends_in_a_sentence_that_leads_out(habit, tmp_path):
    invent(tmp_path)
    code, *mistakes = HABITS[habit]
    for make_it, _ in mistakes:
        make_it(tmp_path)
    done = run(tmp_path, "winners" if "season" in habit or "seeds" in habit else "load")
    assert done.returncode == code, done.stdout + done.stderr
    for _, words in mistakes:
        assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not any(c < " " and c != "\n" for c in done.stderr)
