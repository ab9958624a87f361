"""Spark's wording of the rule and DuckDB's, on random leagues: each is a season, so that one
build on Spark answers all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from league.fictional_season import (
    _board,
    copy_rules,
    fictional_arn,
    write_catalogue,
    write_ranking,
    write_seed,
)
from spark.machine import java_problem
from tests.conftest import ended_well
from tests.helpers.pipeline import ROOT, Pipeline, copy_project
from tests.rules.test_rules_on_random_leagues import (
    LINES,
    blocks_of_a_league,
    exceptions_for_some_rounds,
    gaps,
    quotas,
    round_quotas,
    rounds_of_a_season,
)

pytest.importorskip("pyspark", reason="Spark is not installed: `make spark` does that")
if problem := java_problem():
    pytest.skip(problem, allow_module_level=True)

FIRST_SEASON = 2100
LEAGUES = 40
SEEDS = (
    *("rounds", "round_races", "prizes", "prize_lines", "prize_blocks", "round_quotas"),
    *("exceptions", "promotion_rules", "not_computable", "named_winners"),
)


def random_leagues() -> list[dict]:
    """The same at every call: what the rule's own tests draw from, with a fixed seed. Of
    many those with the most to decide, for most are small."""
    drawn: list[dict] = []

    @seed(2100)
    @settings(
        max_examples=10 * LEAGUES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        rounds=rounds_of_a_season,
        quota=quotas,
        steps=gaps,
        blocks=blocks_of_a_league,
        round_quota=round_quotas,
        exceptions=exceptions_for_some_rounds,
    )
    def draw(**league) -> None:
        drawn.append(league)

    draw()

    def size(league: dict) -> int:
        placed = sum(len(r) for races in league["rounds"] for r in races.values())
        return placed * (1 + len(league["blocks"]))

    return sorted(drawn, key=size)[-LEAGUES:]


def write(leagues: list[dict], folder: Path) -> None:
    """Files in upstream's layout and rows of seeds/: a season per league. A race that no racer
    finished is one that is still to come."""
    rows: dict[str, list[list]] = {name: [] for name in SEEDS}
    boards, racers = [], set()
    for season, league in enumerate(leagues, FIRST_SEASON):
        held = [dict(races) for races in league["rounds"]]
        # every prize has a race in its line, and every round one
        held[0] = {"Pro qualifier": [], "finale": [], "wildcard": [], **held[0]}
        numbers = []
        for place, races in enumerate(held):
            numbers.append(sum(league["steps"][: place + 1]))
            rows["rounds"].append([season, numbers[-1], f"round {numbers[-1]}"])
            for race, ranking in (races or {"knockouts": []}).items():
                name = race.replace("'", "").replace(" ", "-")
                arn = fictional_arn(f"{season}-{numbers[-1]}-{name}")
                rows["round_races"].append([season, numbers[-1], race, arn])
                kind = "finale" if race == "knockouts" else race
                boards.append(_board(arn, arn[-30:], kind, 1, bool(ranking)))
                if ranking:
                    write_ranking(folder / "race-data", arn, ranking)
                    racers |= set(ranking)
        for prize, races in LINES.items():
            invites = prize == "finale_place"
            rows["prizes"].append(
                [season, prize, "invitation" if invites else "prize",
                 "finale" if invites else "", league["quota"][prize], "published", "invented",
                 "a test", ""]
            )  # fmt: skip
            rows["prize_lines"] += [[season, prize, n, r, ""] for n, r in enumerate(races, 1)]
        rows["prize_blocks"] += [
            [season, *pair, now] for pair, now in league["blocks"].items()
        ]
        rows["round_quotas"] += [
            [season, numbers[place], prize, quota]
            for (prize, place), quota in league["round_quota"].items()
            if place < len(held)
        ]
        once = {(racer, p, first): last for racer, p, first, last in league["exceptions"]}
        rows["exceptions"] += [
            [season, f"fictional-{racer}", prize, numbers[first],
             numbers[last] if last < len(held) else "", "declined", "a letter"]
            for (racer, prize, first), last in once.items()
            if first <= last and first < len(held)
        ]  # fmt: skip
    known = {f"fictional-{racer}" for racer in racers}
    rows["exceptions"] = [row for row in rows["exceptions"] if row[1] in known]
    write_catalogue(folder / "race-data", boards)
    copy_rules(ROOT / "seeds", folder / "seeds", "2021", FIRST_SEASON)
    for name, found in rows.items():
        write_seed(folder / "seeds", name, found)


def test_spark_and_duckdb_award_the_same_in_every_league(tmp_path):
    from spark.run import build

    write(random_leagues(), tmp_path)
    league = Pipeline(
        tmp_path / "data", copy_project(tmp_path / "project", tmp_path / "seeds")
    )
    ended_well(
        lambda: league.ingest(tmp_path / "race-data", "--accept-changes"),
        lambda: league.build("--exclude-resource-type", "unit_test"),
    )
    folder = tmp_path / "spark"
    build(league.built, tmp_path / "seeds", folder, "local[2]")
    models = ["int_awards", "int_settled", "int_prize_steps"]
    answers = folder / "warehouse/intermediate.db"
    with duckdb.connect(str(league.built), read_only=True) as built:
        for model in models:
            columns = ", ".join(
                name for name, *_ in built.execute(f"describe intermediate.{model}").fetchall()
            )
            ours = f"select {columns} from intermediate.{model}"
            theirs = f"select {columns} from '{answers}/{model}/*.parquet'"
            assert not built.execute(f"{ours} except all {theirs}").fetchall()
            assert not built.execute(f"{theirs} except all {ours}").fetchall()
        # the leagues are worth asking
        is_varied = built.execute(
            """
            select
                count(distinct season) >= 30,
                count(distinct scenario) = 2,
                count(distinct turn) = 6,
                count(distinct step) > 2,
                count(distinct is_settled) = 2
            from intermediate.int_awards
            """
        ).fetchall()
        assert is_varied == [(True,) * 5]
