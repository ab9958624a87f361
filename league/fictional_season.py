"""Invent a season: files in upstream's layout, and rows of its own for seeds/.

It must not be mistaken for a real one: its year is 2121, every racer is called Fictional
something, and every Arn says `fictional` where a real one has nothing or a region.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ingest.columns import RANKING_COLUMNS
from ingest.source import CATALOGUE, final_ranking
from league.data_folder import PROJECT

SEASON = 2121
ROUNDS = ("March", "April", "May", "June", "Wildcard")
# The last finale is still to come, so that the demo shows what provisional means.
NOT_YET_HELD = ("June", "finale")
RULES_OF = "2021"
RACE_TYPES = {
    "Pro qualifier": ("HEAD_TO_HEAD_RACING", "PRO"),
    "finale": ("OBJECT_AVOIDANCE", "PRO"),
    "open race": ("TIME_TRIAL", "OPEN"),
    "wildcard": ("TIME_TRIAL", ""),
}
ANIMALS = (
    "Adder", "Badger", "Cormorant", "Dormouse", "Egret", "Ferret", "Gannet", "Heron",
    "Ibex", "Jackdaw", "Kestrel", "Lapwing", "Marten", "Newt", "Otter", "Plover",
    "Quail", "Raven", "Siskin", "Toad", "Urchin", "Vole", "Weasel", "Xerus", "Yak",
    "Zander", "Adder II", "Badger II", "Cormorant II", "Dormouse II", "Egret II",
    "Ferret II", "Gannet II", "Heron II", "Ibex II", "Jackdaw II", "Kestrel II",
    "Lapwing II", "Marten II", "Newt II", "Otter II", "Plover II", "Quail II",
    "Raven II", "Siskin II", "Toad II", "Urchin II", "Vole II", "Weasel II", "Yak II",
)  # fmt: skip
# Names in other scripts: no name of the real archive is outside of ASCII, so only these show
# how one looks in a terminal, a chat, a spreadsheet and on a page.
OTHER_SCRIPTS = {
    "Kestrel II": "チョウゲンボウ",
    "Jackdaw": "غراب الزيتون",
    "Newt II": "Тритон",
    "Plover": "E\N{COMBINING ACUTE ACCENT}gret Pe\N{COMBINING ACUTE ACCENT}rez",
    "Ibex II": "🏔️🐐 👩\N{ZERO WIDTH JOINER}🚀",
    "Toad II": "T" + "o" * 51 + "ad",
}
# 1 March 2121, in milliseconds since 1970.
SEASON_START_MS = 4_769_971_200_000
MONTH_MS = 30 * 24 * 3600 * 1000


def fictional_arn(name: str) -> str:
    return f"arn:aws:deepracer:fictional::leaderboard/{name}"


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write a CSV file as upstream does: one header, newlines, a cell quoted if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_seed(folder: Path, name: str, rows: Iterable[Sequence]) -> None:
    """Write a file of rows of a league, below the header that this project's own has."""
    own = (PROJECT / f"seeds/{name}.csv").read_text(encoding="utf-8")
    write_rows(folder / f"{name}.csv", own.splitlines()[0].split(","), rows)


def write_ranking(folder: Path, leaderboard_arn: str, racers: Sequence[str]) -> None:
    """Write FINAL.csv of one board: `racers` are UserIds, first to last."""
    rows = []
    for rank, racer in enumerate(racers, 1):
        lap = 9_000 + 25 * rank
        row = {
            "Rank": rank,
            "Alias": f"Fictional {OTHER_SCRIPTS.get(racer, racer)}",
            "UserId": f"fictional-{racer.lower().replace(' ', '-')}",
            "SubmissionTime": SEASON_START_MS + rank * 60_000,
            "LapCount": 3,
            "AvgLapTime": lap,
            "BestLapTime": lap - 100,
            "TotalLapTime": 3 * lap,
            "AvgResets": 0.0,
            "CollisionCount": 0,
            "OffTrackCount": rank % 4,
            "ResetCount": rank % 4,
            "SubmissionCount": 200 - rank,
            "LeaderboardSubmissionStatusType": "SUCCESS",
            "RankingScore": 3 * lap,
            "RacingDivision": "OPEN",
            "TeamName": "",
        }
        rows.append([row[column] for column in RANKING_COLUMNS])
    write_rows(folder / final_ranking(leaderboard_arn), RANKING_COLUMNS, rows)


def write_catalogue(folder: Path, boards: Sequence[Mapping[str, object]]) -> None:
    """Write leaderboards.csv: one mapping of column to value a board, alike in all."""
    header = list(boards[0])
    write_rows(
        folder / CATALOGUE, header, [[board[column] for column in header] for board in boards]
    )


def invent(folder: Path) -> None:
    """Write the season's files to `folder`/race-data, its rows to `folder`/seeds."""
    chance = random.Random(SEASON)
    strength = {animal: chance.random() for animal in ANIMALS}

    def race(racers: Iterable[str]) -> list[str]:
        return sorted(racers, key=lambda racer: strength[racer] + chance.gauss(0, 0.15))

    boards, round_races, seat_holders = [], [], set()
    for number, round_name in enumerate(ROUNDS, 1):
        if round_name == "Wildcard":
            rankings = {"wildcard": race(a for a in ANIMALS if a not in seat_holders)}
        else:
            month = race(chance.sample(ANIMALS, 40))
            invited = [racer for racer in month if racer not in seat_holders][:16]
            rankings = {"Pro qualifier": month, "finale": race(invited)}
            if (round_name, "finale") != NOT_YET_HELD:
                seat_holders |= set(rankings["finale"][:3])
        for kind, ranking in rankings.items():
            arn = fictional_arn(f"{SEASON}-{number}-{kind.replace(' ', '-')}")
            held = (round_name, kind) != NOT_YET_HELD
            round_races.append([SEASON, number, kind, arn])
            boards.append(_board(arn, f"Fictional {round_name} {SEASON}", kind, number, held))
            if held:
                write_ranking(folder / "race-data", arn, ranking)
    write_catalogue(folder / "race-data", boards)

    seeds = folder / "seeds"
    copy_rules(PROJECT / "seeds", seeds, RULES_OF, SEASON)
    # No racer is promoted, for there is no open race.
    write_seed(seeds, "promotion_rules", [])
    rounds = [[SEASON, number, name] for number, name in enumerate(ROUNDS, 1)]
    write_seed(seeds, "rounds", rounds)
    write_seed(seeds, "round_races", round_races)


def _board(arn: str, name: str, kind: str, number: int, held: bool) -> dict[str, object]:
    race_type, division = RACE_TYPES[kind]
    launch = SEASON_START_MS + (number - 1) * MONTH_MS
    return {
        "Arn": arn,
        "Name": name,
        "Description": "A race that never took place.",
        "LaunchTime": launch,
        "CloseTime": launch + MONTH_MS,
        "Status": "CLOSED" if held else "UPCOMING",
        "RaceType": race_type,
        "RacingDivision": division,
    }


def copy_rules(seeds: Path, to: Path, from_season: str, to_season: int) -> None:
    """Copy the rules of one season to another, and what does not belong to a season."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(
        seeds, to, ignore=shutil.ignore_patterns("rounds.csv", "round_races.csv", "*.yml")
    )
    for seed in to.glob("*.csv"):
        with seed.open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        if "season" not in header:
            continue
        season = header.index("season")
        # An exception, or a report, is about a racer of the season it stands in.
        is_rule = seed.stem not in ("exceptions", "winner_reports")
        kept = [row for row in rows if is_rule and row[season] == from_season]
        write_rows(seed, header, [[*r[:season], to_season, *r[season + 1 :]] for r in kept])
