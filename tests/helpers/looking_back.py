"""A league whose every hour is known, and a look back from any of them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.as_of import parse_moment, prepare
from ingest.source import LEADERBOARDS
from league.data_folder import claim
from league.fictional_season import (
    copy_rules,
    fictional_arn,
    write_catalogue,
    write_rows,
)
from tests.conftest import ended_well
from tests.helpers.models import run_models
from tests.helpers.pipeline import ROOT, Pipeline, copy_project

START = datetime(2121, 3, 1, tzinfo=UTC)
# Of 32 characters the first 21 and the two highest bits of the 22nd are left today.
B, B_AT_THAT_TIME = "brrrrrrrrrrrrrrrrrrrrg", "brrrrrrrrrrrrrrrrrrrrnoBmbo3nYZ1"


def hour(number: int) -> str:
    """The number-th hour of the season, as upstream names a snapshot."""
    return f"{START + timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}"


def milliseconds(number: float) -> int:
    return int((START + timedelta(hours=number)).timestamp() * 1000)


def write_file(folder: Path, arn: str, name: str, newest: float, racers: list[str]) -> None:
    """A ranking whose newest result is of an hour; a racer is `alias` or `alias=user_id`."""
    path = folder / LEADERBOARDS / arn / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["Rank,Alias,UserId,RankingScore,SubmissionTime,SubmissionCount"]
    for rank, racer in enumerate(racers, 1):
        alias, _, user_id = racer.partition("=")
        lines.append(
            f"{rank},{alias},{user_id or alias},{9000 + rank},{milliseconds(newest)},{rank}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_snapshot(folder: Path, arn: str, at: int, racers: list[str]) -> None:
    write_file(folder, arn, hour(at), at, racers)


def write_final(folder: Path, arn: str, newest: float, racers: list[str]) -> None:
    write_file(folder, arn, "FINAL", newest, racers)


@dataclass
class Then:
    """A league that can be asked as of any of its hours."""

    pipeline: Pipeline

    def at(self, number: int) -> Pipeline:
        """Look back from the number-th hour; each hour is looked back from once."""
        there = Pipeline(self.pipeline.data / f"at-{number}", self.pipeline.project)
        if not there.published.exists():
            prepare(self.pipeline.built, there.data, parse_moment(hour(number)))
            run_models(there.built, self.pipeline)
            shutil.copy(there.built, there.published)
        return there

    def as_a_person(self, number: int) -> Pipeline:
        """The same by the commands, with all that dbt and publishing do."""
        there = Pipeline(self.pipeline.data / f"by-hand-{number}", self.pipeline.project)
        if not there.published.exists():
            claim(there.data)
            prepare(self.pipeline.built, there.data, parse_moment(hour(number)))
            ended_well(
                lambda: there.build("--exclude-resource-type", "unit_test"),
                there.publish,
            )
        return there


MARCH, FINALE, APRIL, NEXT_MARCH = map(
    fictional_arn, ("march", "finale", "april", "next-march")
)


def built_with_hours(folder: Path) -> Then:
    """March: Pro qualifier hours 0-10, finale hour 20-22 (catalogued as hours 1-5, as in May
    2021). April: Pro qualifier from hour 30 on. One seat, one car, two places in the finale.

    a is called Ann until hour 5 and Anna since; b was written with 32
    characters until the end.
    """
    source, seeds = folder / "race-data", folder / "seeds"
    _write_rules(seeds)
    _write_catalogue(source)
    _write_rankings(source)
    pipeline = Pipeline(folder / "data", copy_project(folder / "project", seeds))
    ended_well(
        lambda: pipeline.ingest(source),
        lambda: pipeline.history(source),
        lambda: pipeline.build("--exclude-resource-type", "unit_test"),
    )
    return Then(pipeline)


def _write_rules(seeds: Path) -> None:
    copy_rules(ROOT / "seeds", seeds, "2021", 2121)
    write_rows(
        seeds / "rounds.csv",
        ["season", "round_number", "round_name"],
        [
            [2121, 1, "March"],
            [2121, 2, "April"],
            [2121, 9, "Wildcard"],
            [2122, 1, "March"],
        ],
    )
    write_rows(
        seeds / "round_races.csv",
        ["season", "round_number", "race", "leaderboard_arn"],
        [
            [2121, 1, "Pro qualifier", MARCH],
            [2121, 1, "finale", FINALE],
            [2121, 2, "Pro qualifier", APRIL],
            [2121, 9, "wildcard", fictional_arn("wildcard")],
            [2121, 1, "open race", fictional_arn("open")],
            [2122, 1, "Pro qualifier", NEXT_MARCH],
        ],
    )
    for seed, row in (
        ("prizes", "2122,evo,prize,,1,inferred,Who raced,Rankings,2121-03-04"),
        ("prize_lines", "2122,evo,1,Pro qualifier,"),
        ("not_computable", "2122,regional_prize,Nobody knows,Nothing"),
    ):
        with (seeds / f"{seed}.csv").open("a", encoding="utf-8") as lines:
            lines.write(f"{row}\n")
    prizes = seeds / "prizes.csv"
    text = prizes.read_text()
    for old, new in (
        ("finale,16", "finale,2"),
        ("prize,,3", "prize,,1"),
        ("prize,,10", "prize,,1"),
        ("2021-11-16", "2121-03-02"),
    ):
        text = text.replace(old, new)
    prizes.write_text(text)


def _write_catalogue(source: Path) -> None:
    def board(arn: str, first: float, last: float, racers: int) -> dict:
        return {
            "Arn": arn, "Name": arn.split("/")[1], "Description": "", "RacingDivision": "PRO",
            "LaunchTime": milliseconds(first), "CloseTime": milliseconds(last),
            "Status": "CLOSED", "RaceType": "HEAD_TO_HEAD_RACING", "ParticipantCount": racers,
        }  # fmt: skip

    write_catalogue(
        source,
        [
            board(MARCH, 0, 10, 3),
            board(FINALE, 1, 5, 2),
            board(APRIL, 30, 40, 4),
            board(NEXT_MARCH, 50, 60, 1),
        ],
    )


def _write_rankings(source: Path) -> None:
    write_final(source, NEXT_MARCH, 59, ["c"])
    write_snapshot(source, MARCH, 1, ["Ann=a", f"b={B_AT_THAT_TIME}"])
    write_snapshot(source, MARCH, 5, ["c", "Anna=a", f"b={B_AT_THAT_TIME}"])
    write_snapshot(source, MARCH, 9, ["c", f"b={B_AT_THAT_TIME}", "Anna=a", "d"])
    write_final(source, MARCH, 9, ["c", f"b={B}", "Annabel=a", "d"])
    write_snapshot(source, FINALE, 20, ["c"])
    write_snapshot(source, FINALE, 21, [f"b={B}", "c"])
    write_final(source, FINALE, 21.5, [f"b={B}", "c"])
    write_snapshot(source, APRIL, 31, [f"b={B}", "Anna=a"])
    # A file of the early days, without UserId: who Zed is is not known, d is d.
    (source / LEADERBOARDS / APRIL / f"{hour(33)}.csv").write_text(
        "Rank,Alias,RankingScore,SubmissionTime\n"
        f"1,Zed,9001,{milliseconds(33)}\n2,d,9002,{milliseconds(33)}\n"
    )
    write_snapshot(source, APRIL, 39, ["d", f"b={B}", "Annabel=a", "c"])
    write_final(source, APRIL, 39, ["d", f"b={B}", "Annabel=a", "c"])
