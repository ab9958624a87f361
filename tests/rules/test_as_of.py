"""The winners as of a moment: nothing that was not known then, through the same rules."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.as_of import parse_moment, prepare
from ingest.errors import WrongArgument
from ingest.source import LEADERBOARDS
from league.data_folder import claim
from league.fictional_season import (
    copy_rules,
    fictional_arn,
    write_catalogue,
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
# March: Pro qualifier hours 0-10, finale hour 20-22 (catalogued as hours 1-5, as in May 2021).
# April: Pro qualifier from hour 30 on.
BOARDS = {MARCH: (0, 10, 3), FINALE: (1, 5, 2), APRIL: (30, 40, 4), NEXT_MARCH: (50, 60, 1)}
# Of a board, its hour or that of its newest result, and the racers, `alias` or `alias=user_id`. a is called
# Ann until hour 5 and Anna since; b was written with 32 characters until the end.
SNAPSHOTS = (
    (MARCH, 1, "Ann=a", f"b={B_AT_THAT_TIME}"),
    (MARCH, 5, "c", "Anna=a", f"b={B_AT_THAT_TIME}"),
    (MARCH, 9, "c", f"b={B_AT_THAT_TIME}", "Anna=a", "d"),
    (FINALE, 20, "c"),
    (FINALE, 21, f"b={B}", "c"),
    (APRIL, 31, f"b={B}", "Anna=a"),
    (APRIL, 39, "d", f"b={B}", "Annabel=a", "c"),
)
FINALS = (
    (MARCH, 9, "c", f"b={B}", "Annabel=a", "d"),
    (FINALE, 21.5, f"b={B}", "c"),
    (APRIL, 39, "d", f"b={B}", "Annabel=a", "c"),
    (NEXT_MARCH, 59, "c"),
)
ROUNDS = """
2121,1,March
2121,2,April
2121,9,Wildcard
2122,1,March
"""
ROUND_RACES = f"""
2121,1,Pro qualifier,{MARCH}
2121,1,finale,{FINALE}
2121,2,Pro qualifier,{APRIL}
2121,9,wildcard,{fictional_arn("wildcard")}
2121,1,open race,{fictional_arn("open")}
2122,1,Pro qualifier,{NEXT_MARCH}
"""


def write_ranking(source: Path, arn: str, name: str, newest: float, *racers: str) -> None:
    path = source / LEADERBOARDS / arn / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["Rank,Alias,UserId,RankingScore,SubmissionTime,SubmissionCount"]
    for rank, racer in enumerate(racers, 1):
        alias, _, user_id = racer.partition("=")
        lines.append(
            f"{rank},{alias},{user_id or alias},{9000 + rank},{milliseconds(newest)},{rank}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_rules(seeds: Path) -> None:
    """Those of 2021, but one seat, one car, two places in the finale; and a season after it."""
    copy_rules(ROOT / "seeds", seeds, "2021", 2121)
    (seeds / "rounds.csv").write_text(f"season,round_number,round_name{ROUNDS}")
    (seeds / "round_races.csv").write_text(
        f"season,round_number,race,leaderboard_arn{ROUND_RACES}"
    )
    prizes = (seeds / "prizes.csv").read_text()
    for old, new in (
        ("finale,16", "finale,2"),
        ("prize,,3", "prize,,1"),
        ("prize,,10", "prize,,1"),
        ("2021-11-16", "2121-03-02"),
    ):
        prizes = prizes.replace(old, new)
    (seeds / "prizes.csv").write_text(prizes)
    for seed, row in (
        ("prizes", "2122,evo,prize,,1,inferred,Who raced,Rankings,2121-03-04"),
        ("prize_lines", "2122,evo,1,Pro qualifier,"),
        ("not_computable", "2122,regional_prize,Nobody knows,Nothing"),
    ):
        with (seeds / f"{seed}.csv").open("a", encoding="utf-8") as lines:
            lines.write(f"{row}\n")


@pytest.fixture(scope="module")
def then(tmp_path_factory) -> Then:
    folder = tmp_path_factory.mktemp("then")
    source, seeds = folder / "race-data", folder / "seeds"
    write_rules(seeds)
    boards = [
        {
            "Arn": arn, "Name": arn.split("/")[1], "Description": "", "RacingDivision": "PRO",
            "LaunchTime": milliseconds(first), "CloseTime": milliseconds(last),
            "Status": "CLOSED", "RaceType": "HEAD_TO_HEAD_RACING", "ParticipantCount": racers,
        }
        for arn, (first, last, racers) in BOARDS.items()
    ]  # fmt: skip
    write_catalogue(source, boards)
    for arn, at, *racers in SNAPSHOTS:
        # No racer submits again: a row at the same place goes on.
        write_ranking(source, arn, hour(at), 0, *racers)
    for arn, newest, *racers in FINALS:
        write_ranking(source, arn, "FINAL", newest, *racers)
    # A file of the early days, without UserId: who Zed is is not known, d is d.
    (source / LEADERBOARDS / APRIL / f"{hour(33)}.csv").write_text(
        "Rank,Alias,RankingScore,SubmissionTime\n"
        f"1,Zed,9001,{milliseconds(33)}\n2,d,9002,{milliseconds(33)}\n"
    )
    pipeline = Pipeline(folder / "data", copy_project(folder / "project", seeds))
    ended_well(
        lambda: pipeline.ingest(source),
        lambda: pipeline.history(source),
        lambda: pipeline.build("--exclude-resource-type", "unit_test"),
    )
    return Then(pipeline)


AWARDS = "select round_name, alias, is_provisional from {} order by round_number, award_number"


def test_a_running_race_counts_as_its_latest_snapshot_showed_it(then):
    there = then.at(6)
    assert there.ask(AWARDS.format("finale_lineups")) == [
        ("March", "c", True), ("March", "Anna", True),
    ]  # fmt: skip
    assert there.ask(AWARDS.format("evo_winners")) == [("March", "c", True)]
    assert there.ask(AWARDS.format("championship_qualifiers")) == []


def test_a_racer_has_the_name_of_that_hour(then):
    assert then.at(4).ask("select distinct alias from finale_lineups where user_id = 'a'") == [
        ("Ann",)
    ]


def test_an_exchanged_user_id_is_the_same_racer(then):
    assert then.at(4).ask("select user_id from finale_lineups order by award_number") == [
        ("a",), (B,),
    ]  # fmt: skip


def test_a_finale_that_the_catalogue_says_is_over_was_not_held_yet(then):
    there = then.at(15)
    assert there.ask(AWARDS.format("championship_qualifiers")) == []
    # March's Pro qualifier is decided, and the places depend on nothing else; the car does.
    assert there.ask(AWARDS.format("finale_lineups")) == [
        ("March", "c", False), ("March", "b", False),
    ]  # fmt: skip
    assert there.ask(AWARDS.format("evo_winners")) == [("March", "c", True)]
    assert there.ask("select * from finale_attendance") == []


def test_a_running_finale_gives_seats_that_may_still_change(then):
    there = then.at(20)
    assert there.ask(AWARDS.format("championship_qualifiers")) == [("March", "c", True)]
    assert there.ask("select is_final, count(*) from race_results group by all order by all") == [
        (False, 1), (True, 4),
    ]  # fmt: skip


COVERAGE = "select reason, source from season_coverage where season = {} and prize = '{}'"


def test_evidence_younger_than_the_moment_is_not_shown(then):
    places = COVERAGE.format(2121, "finale_place")
    assert then.at(6).ask(places) == [
        ("By the rule as it became known later", "Younger than this moment")
    ]
    ((reason, source),) = then.at(32).ask(places)
    assert (
        reason
        == "The rule was written down; the rule predicts all 2 racers who took part in a finale"
    )
    assert source.startswith("Article")
    assert not then.at(6).ask(
        "select * from season_coverage where regexp_matches(reason || source, '[0-9]{2}')"
    )


def test_a_season_that_has_not_begun_is_not_there(then):
    seasons = "select distinct season from season_coverage order by 1"
    assert then.at(32).ask(seasons) == [(2121,)]
    assert then.at(100).ask(seasons) == [(2121,), (2122,)]


def test_a_decided_finale_gives_seats_for_good_and_bars_from_the_next(then):
    there = then.at(32)
    assert there.ask(AWARDS.format("championship_qualifiers")) == [("March", "b", False)]
    assert there.ask("select alias from finale_lineups where round_name = 'April'") == [
        ("Anna",)
    ]


def test_a_board_that_did_not_exist_is_not_there(then):
    assert then.at(25).ask("select race_name from races order by 1") == [
        ("finale",),
        ("march",),
    ]
    assert then.at(15).ask("select race_name, participants, status from races order by 1") == [
        ("finale", None, "not decided"), ("march", 3, "CLOSED"),
    ]  # fmt: skip


def test_what_came_later_is_not_in_the_published_file(then):
    there = then.as_a_person(6)
    assert there.ask(
        "select table_schema, table_name from information_schema.tables "
        "where table_schema in ('raw', 'history', 'staging') order by all"
    ) == [("raw", "source")]
    assert there.ask("select max(from_utc) from alias_history") == [(datetime(2121, 3, 1, 5),)]
    assert there.ask("select max(snapshot_at_utc) from cutoff_history") == [
        (datetime(2121, 3, 1, 5),)
    ]
    assert there.ask("select alias from racers where alias like 'Annabel'") == []


def test_the_real_result_is_not_touched(then):
    before = then.pipeline.built.read_bytes()
    then.as_a_person(6)
    assert then.pipeline.built.read_bytes() == before


def test_at_the_end_it_is_the_real_result(then):
    assert then.pipeline.publish().returncode == 0
    query = "select * exclude (alias) from prize_winners order by all"
    assert then.at(100).ask(query) == then.pipeline.ask(query) != []


def test_an_unknown_racer_keeps_the_award(then):
    """Zed leads April: the place and the car are his until somebody knows him, not d's."""
    there = then.at(33)
    columns = "alias, user_id, award_number, is_provisional"
    where = "where round_name = 'April' order by award_number"
    assert there.ask(f"select {columns} from finale_lineups {where}") == [
        ("Zed", None, 1, True), ("d", "d", 2, True),
    ]  # fmt: skip
    assert there.ask(f"select {columns} from evo_winners {where}") == [("Zed", None, 1, True)]
    assert there.ask(
        "select alias, user_id, decision from prize_decisions "
        "where round_name = 'April' and prize = 'evo' order by place_in_line"
    ) == [("Zed", None, "won"), ("d", "d", "beyond the quota")]
    assert there.ask("select count(*) from racers where user_id is null") == [(0,)]


def test_a_row_version_that_goes_on_has_no_end_yet(then):
    """c stands unchanged from hour 5 to 9 on top; in hour 6 hour 9 is not known yet."""
    snapshots = "(select max(snapshot_no) from history.snapshot)"
    assert then.at(6).ask(
        f"select max(valid_to), {snapshots} from history.row_version", then.at(6).built
    ) == [(2, 2)]


def test_the_same_sql_looks_back_and_does_not(then):
    def compiled(pipeline: Pipeline) -> dict[str, str]:
        folder = pipeline.data / "build/target/compiled/deepracer_league/models"
        return {path.name: path.read_text() for path in folder.rglob("*.sql")}

    there = then.as_a_person(6)
    assert compiled(there) == compiled(then.pipeline)
    # So the SQL alone gives the answers that the tests above ask for.
    for (table,) in there.ask("show tables"):
        rows = f"from {table} order by all"
        assert there.ask(rows) == then.at(6).ask(rows), table


@pytest.mark.parametrize(
    "moment",
    [
        "2021-10-20",
        "2021-10-20T12:00:00",
        "now",
        "2021-13-01T00:00:00Z",
        "2021-10-20T12:00:00+2",
        "2021-10-20T12:00:00 CEST",
        "2021-10-20T12:00:00.5Z",
    ],
)
def test_a_moment_has_a_zone_and_any_other_text_is_refused(moment):
    with pytest.raises(WrongArgument, match="2021-10-20T12:00:00Z"):
        parse_moment(moment)
    assert parse_moment("2021-10-20T14:00:00+02:00") == parse_moment("2021-10-20T12:00:00Z")


def test_without_history_it_says_what_to_run(demo):
    assert demo.ingest(demo.data / "race-data").returncode == 0
    done = demo.run("python", "-m", "league", "winners", "--as-of", "2121-03-05T00:00:00Z")
    assert done.returncode == 1
    assert "make history" in done.stderr


@pytest.fixture(scope="module")
def october(archive) -> Then:
    """The real archive's part with hourly snapshots of October 2021."""
    return Then(archive)


def real(moment: str) -> int:
    return int((parse_moment(moment) - START).total_seconds() // 3600)


def test_in_its_last_hour_october_2021_was_what_the_final_ranking_says(october):
    there = october.at(real("2021-10-31T23:00:00Z"))
    query = "select user_id, race_rank from finale_lineups where season = 2021 and round_number = 8"
    assert there.ask(f"{query} order by race_rank") == october.pipeline.ask(
        f"{query} order by race_rank"
    )
    assert there.ask("select count(*) from championship_qualifiers where season = 2021") == [
        (21,)
    ]
    assert there.ask("select count(*) from wildcard_qualifiers where season = 2021") == [(0,)]


def test_the_last_snapshot_of_april_2021_names_the_racers_of_the_final_ranking(october):
    """Trap 2: 205 UserIds of March to August 2021 are others in FINAL, on 391 pairs of board and
    UserId; finales and pre-season have none at all."""
    ((racers, known),) = october.pipeline.ask(
        """
        select count(*), count(results.user_id)
        from intermediate.int_history_row_versions as row_versions
        left join race_results as results using (leaderboard_arn, user_id)
        where leaderboard_arn like '%765677a6-1423-41b2-aa54-02313d8466cd'
            and last_snapshot = (
                select max(snapshot_no) from staging.stg_history_snapshots
                where leaderboard_arn like '%765677a6-1423-41b2-aa54-02313d8466cd'
            )
        """
    )
    assert racers > 100
    assert known == racers


def test_a_site_that_looks_back_says_so_on_every_page(then, tmp_path):
    from tests.helpers.site import make_site

    pages = [
        p
        for p in make_site(then.as_a_person(6).published, tmp_path / "site")
        if p.suffix == ".html"
    ]
    assert len(pages) > 3
    for page in pages:
        assert "As of 1 March 2121, 06:00 UTC" in page.read_text(encoding="utf-8"), page.name
