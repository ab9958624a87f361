"""Every column of every seed has an effect that a reader can see, and the docs say which."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.conftest import ended_well
from tests.helpers.models import run_models
from tests.helpers.pipeline import ROOT, Pipeline

PAGE = (ROOT / "docs/your-own-league.md").read_text(encoding="utf-8")
DOCUMENTED = dict(re.findall(r"^\| `(\w+\.\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
SEEDS = {
    f"{seed['name']}.{column['name']}"
    for seed in yaml.safe_load((ROOT / "seeds/_seeds.yml").read_text("utf-8"))["seeds"]
    for column in seed["columns"]
}

ARN = "arn:aws:deepracer:::leaderboard"
BOARDS = {
    "heats": ["ada", "bo", "cy", "di"],
    "gala": ["bo", "ada"],
    "sprint": ["bo", "di", "ada"],
    "cup": ["di", "cy"],
    "cancelled": [],
}
ROWS = {
    "league": "name,notice,issues_address\nthe Cup,A notice.,https://example.org/new\n",
    "rounds": "season,round_number,round_name\n2031,3,Spring\n2031,5,Summer\n2031,6,Autumn\n",
    "round_races": "season,round_number,race,leaderboard_arn\n"
    f"2031,3,heats,{ARN}/heats\n2031,3,gala,{ARN}/gala\n"
    f"2031,5,sprint,{ARN}/sprint\n2031,5,cup,{ARN}/cup\n"
    f"2031,6,sprint,{ARN}/cancelled\n",
    "prize_names": "prize,title,singular,plural\nticket,Ticket,a pass,passes\n"
    "trophy,Trophy,trophy,trophies\nrunner,Runner,runner prize,runner prizes\n"
    "cup,Cup,cup,cups\nmedal,Medal,medal,medals\nchampion,Champion,title,titles\n",
    "prizes": "season,prize,kind,invites_to,quota,evidence,reason,source,known_since\n"
    "2031,ticket,invitation,gala,3,inferred,Seen at the door,Our rule book,2031-05-01\n"
    "2031,trophy,prize,,1,published,Written down,Our rule book,\n"
    "2031,runner,prize,,1,published,Written down,Our rule book,\n"
    "2031,cup,prize,,1,catalogue,Named,The catalogue,\n",
    "prize_lines": "season,prize,line_order,race,decided_by\n2031,ticket,1,heats,\n"
    "2031,trophy,1,gala,\n2031,trophy,2,sprint,\n2031,runner,1,heats,\n"
    "2031,cup,1,cup,a photo finish\n",
    "prize_blocks": "season,prize,held_prize,applies\n"
    "2031,trophy,trophy,from the next round\n2031,runner,trophy,at once\n",
    "round_quotas": "season,round_number,prize,quota\n2031,3,ticket,2\n",
    "exceptions": "season,user_id,prize,from_round,to_round,reason,source\n"
    "2031,bo,ticket,3,,declined,https://example.org/said\n"
    "2031,di,trophy,3,3,ineligible,https://example.org/said\n"
    "2031,ada,trophy,5,,ineligible,https://example.org/said\n",
    "promotion_rules": "season,from_race,to_race,share,evidence,source\n"
    "2031,heats,sprint,0.5,inferred,Who raced\n",
    "not_computable": "season,prize,reason,source\n2031,medal,Nobody counted,A letter\n",
    "named_winners": "season,leaderboard_arn,winner_alias,user_id,source\n"
    f"2031,{ARN}/cup,Cyrus,cy,An older file\n",
    "winner_reports": "season,prize,place,name_as_reported,user_id,source,source_date,"
    "reported_by,evidence\n"
    "2031,champion,1,Ada A.,ada,https://example.org/w,2031-12-01,The Paper,reported\n",
}

# In which published table a column is seen, and the row that only its value can have made.
EFFECTS = {
    "league.name": ("seeds.league", "name = 'the Cup'"),
    "league.notice": ("seeds.league", "notice = 'A notice.'"),
    "league.issues_address": ("seeds.league", "issues_address like 'https:%'"),
    "rounds.season": ("prize_winners", "season = 2031"),
    "rounds.round_number": ("prize_winners", "round_number = 5"),
    "rounds.round_name": ("prize_winners", "round_name = 'Summer'"),
    "round_races.season": ("races", "season = 2031 and race = 'cup'"),
    "round_races.round_number": ("races", "round_name = 'Summer' and race = 'sprint'"),
    "round_races.race": ("races", "race = 'sprint'"),
    "round_races.leaderboard_arn": (
        "races",
        f"leaderboard_arn = '{ARN}/cup' and race = 'cup'",
    ),
    "prizes.season": ("prize_rules", "season = 2031"),
    "prizes.prize": ("prize_rules", "prize = 'ticket'"),
    "prizes.kind": ("prize_rules", "kind = 'invitation'"),
    "prizes.invites_to": ("finale_attendance", "race = 'gala' and attendance = 'no-show'"),
    "prizes.quota": ("prize_rules", "quota = 3 and sentence like '3 passes a round%'"),
    "prizes.evidence": ("season_coverage", "prize = 'ticket' and coverage = 'inferred'"),
    "prizes.reason": ("season_coverage", "reason like 'Seen at the door%'"),
    "prizes.source": ("season_coverage", "source = 'Our rule book'"),
    "prizes.known_since": ("prize_rules", "known_since = date '2031-05-01'"),
    "prize_lines.season": ("prize_decisions", "season = 2031 and prize = 'runner'"),
    "prize_lines.prize": ("prize_decisions", "prize = 'runner' and place_in_line = 4"),
    "prize_lines.line_order": ("prize_rules", "sentence like '%the gala, then the sprint.%'"),
    "prize_lines.race": ("prize_winners", "prize = 'trophy' and race = 'sprint'"),
    "prize_lines.decided_by": (
        "prize_decisions",
        "sentence like '%, before a photo finish decided the race.'",
    ),
    "prize_blocks.season": ("prize_winners", "prize = 'trophy' and round_number = 5"),
    "prize_blocks.prize": ("prize_winners", "prize = 'trophy' and user_id = 'di'"),
    "prize_blocks.held_prize": ("prize_rules", "sentence like '%already holds a trophy %'"),
    "prize_blocks.applies": ("prize_rules", "sentence like '%(of the same round, too)%'"),
    "round_quotas.season": ("prize_rules", "sentence like '%(2 in Spring)%'"),
    "round_quotas.round_number": ("prize_rules", "sentence like '%2 in Spring%'"),
    "round_quotas.prize": ("prize_rules", "prize = 'ticket' and sentence like '%(2 in%'"),
    "round_quotas.quota": ("prize_rules", "quota = 3 and sentence like '%(2 in Spring)%'"),
    "prize_names.prize": ("prize_rules", "prize = 'ticket' and title = 'Ticket'"),
    "prize_names.title": ("season_coverage", "title = 'Medal'"),
    "prize_names.singular": ("prize_decisions", "sentence like '%a pass%'"),
    "prize_names.plural": ("prize_rules", "sentence like '%passes%'"),
    "named_winners.season": ("prize_winners", "prize = 'cup' and user_id = 'cy'"),
    "named_winners.leaderboard_arn": ("prize_winners", "race = 'cup' and user_id = 'cy'"),
    "named_winners.winner_alias": ("prize_winners", "prize = 'cup' and user_id = 'cy'"),
    "named_winners.user_id": ("prize_winners", "prize = 'cup' and user_id = 'cy'"),
    "named_winners.source": ("seeds.named_winners", "source = 'An older file'"),
    "exceptions.season": ("prize_decisions", "sentence like '%declined%'"),
    "exceptions.user_id": ("prize_decisions", "user_id = 'bo' and sentence like '%declined%'"),
    "exceptions.prize": (
        "prize_decisions",
        "user_id = 'bo' and prize = 'runner' and sentence not like '%declined%'",
    ),
    "exceptions.from_round": (
        "prize_decisions",
        "user_id = 'ada' and prize = 'trophy' and round_number = 3"
        " and sentence not like '%ineligible%'",
    ),
    "exceptions.to_round": ("prize_winners", "user_id = 'di' and prize = 'trophy'"),
    "exceptions.reason": ("prize_decisions", "sentence like '%ineligible%'"),
    "exceptions.source": ("seeds.exceptions", "source = 'https://example.org/said'"),
    "promotion_rules.season": ("promotions", "season = 2031"),
    "promotion_rules.from_race": ("promotions", "round_number = 3 and racers = 4"),
    "promotion_rules.to_race": ("promotions", "user_id = 'bo' and raced_pro_next"),
    "promotion_rules.share": ("promotions", "places = 2"),
    "promotion_rules.evidence": ("seeds.promotion_rules", "evidence = 'inferred'"),
    "promotion_rules.source": ("seeds.promotion_rules", "source = 'Who raced'"),
    "not_computable.season": ("season_coverage", "season = 2031 and prize = 'medal'"),
    "not_computable.prize": ("season_coverage", "prize = 'medal'"),
    "not_computable.reason": ("season_coverage", "reason = 'Nobody counted'"),
    "not_computable.source": ("season_coverage", "source = 'A letter'"),
    "winner_reports.season": ("reported_winners", "season = 2031"),
    "winner_reports.prize": ("reported_winners", "prize = 'champion'"),
    "winner_reports.place": ("reported_winners", "place = 1"),
    "winner_reports.name_as_reported": ("reported_winners", "name_as_reported = 'Ada A.'"),
    "winner_reports.user_id": ("reported_winners", "alias = 'Ada'"),
    "winner_reports.source": ("reported_winners", "source = 'https://example.org/w'"),
    "winner_reports.source_date": ("reported_winners", "source_date = date '2031-12-01'"),
    "winner_reports.reported_by": ("reported_winners", "reported_by = 'The Paper'"),
    "winner_reports.evidence": ("reported_winners", "evidence = 'reported'"),
}


@pytest.fixture(scope="module")
def league(demo_built, tmp_path_factory) -> Pipeline:
    """A league that sets every column of every seed, built."""
    folder = tmp_path_factory.mktemp("columns")
    boards = folder / "race-data/raw_data/leaderboards"
    catalogue = [
        "Arn,Name,LaunchTime,CloseTime,Status,RaceType,WinnerAlias,ParticipantCount\n"
    ]
    for number, (board, racers) in enumerate(BOARDS.items()):
        begin = 1932811200000 + number * 2592000000
        winner = "Cyrus" if board == "cup" else ""
        times = begin, begin + 86400000
        row = (f"{ARN}/{board}", board, *times, "CLOSED", "T", winner, len(racers))
        catalogue.append(",".join(map(str, row)) + "\n")
        if not racers:
            continue
        path = boards / f"{ARN}/{board}/FINAL.csv"
        path.parent.mkdir(parents=True)
        rows = [
            f"{rank},{racer.title()},{racer},{9000 + rank},{begin + rank}\n"
            for rank, racer in enumerate(racers, 1)
        ]
        path.write_text("Rank,Alias,UserId,RankingScore,SubmissionTime\n" + "".join(rows))
    (boards / "leaderboards.csv").write_text("".join(catalogue))
    (folder / "seeds").mkdir()
    for name, text in ROWS.items():
        (folder / f"seeds/{name}.csv").write_text(text)
    made = Pipeline(folder / "data", folder)
    ended_well(lambda: made.ingest(folder / "race-data"))
    run_models(made.built, demo_built, folder / "seeds")
    return made


def test_the_docs_name_every_column_and_where_it_is_seen():
    assert DOCUMENTED.keys() == EFFECTS.keys() == SEEDS
    for column, (table, _) in EFFECTS.items():
        assert f"`{table}`" in DOCUMENTED[column], column


@pytest.mark.parametrize("column", EFFECTS)
def test_what_a_column_says_is_seen(league, column):
    table, condition = EFFECTS[column]
    assert league.ask(f"select 1 from {table} where {condition}", league.built), condition


def test_a_cancelled_race_has_no_winner_and_keeps_no_other_award_open(league):
    question = "select round_name, bool_or(is_provisional) from prize_winners group by all"
    assert sorted(league.ask(question, league.built)) == [("Spring", False), ("Summer", False)]
