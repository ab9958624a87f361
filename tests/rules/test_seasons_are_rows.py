"""Rows in seeds/ and nothing else: a new season, and exceptions from the rule."""

from __future__ import annotations

import shutil

from ingest.source import CATALOGUE
from league.fictional_season import fictional_arn, write_ranking
from tests.helpers.pipeline import Pipeline


def add(demo, seed: str, *rows: str) -> None:
    with (demo.seeds / f"{seed}.csv").open("a", encoding="utf-8") as lines:
        lines.writelines(f"{row}\n" for row in rows)


def add_to_catalogue(demo, *boards: str) -> None:
    with (demo.data / "race-data" / CATALOGUE).open("a", encoding="utf-8") as lines:
        lines.writelines(f"{board},Regatta,,,,CLOSED,TIME_TRIAL,\n" for board in boards)


def build(demo, *select: str):
    assert demo.ingest(demo.data / "race-data").returncode == 0
    return demo.build("--exclude-resource-type", "unit_test", *select)


def test_a_season_with_a_new_prize_is_rows_only(demo):
    """Season 2130: a boat for the best two of the only race; the year's first may not win."""
    spring, autumn = fictional_arn("2130-spring"), fictional_arn("2130-autumn")
    add(demo, "rounds", "2130,3,Spring", "2130,7,Autumn")
    add(demo, "round_races", f"2130,3,regatta,{spring}", f"2130,7,regatta,{autumn}")
    add(demo, "prizes", "2130,boat,prize,,2,inferred,because,here,")
    add(demo, "prize_lines", "2130,boat,1,regatta")
    add(demo, "prize_blocks", "2130,boat,boat,from the next round")
    add(demo, "prize_names", "boat,A boat,boat,boats")
    add_to_catalogue(demo, spring, autumn)
    write_ranking(demo.data / "race-data", spring, ["Newt", "Yak", "Toad"])
    write_ranking(demo.data / "race-data", autumn, ["Yak", "Toad", "Newt", "Vole", "Quail"])
    done = build(demo)
    assert done.returncode == 0, done.stdout
    assert demo.publish().returncode == 0
    assert demo.ask(
        "select round_name, award_number, alias, is_provisional from prize_winners "
        "where season = 2130 order by round_number, award_number"
    ) == [
        ("Spring", 1, "Fictional Newt", False),
        ("Spring", 2, "Fictional Yak", False),
        ("Autumn", 1, "Fictional Toad", False),
        ("Autumn", 2, "Fictional Vole", False),
    ]
    assert demo.ask(
        "select sentence from prize_decisions where season = 2130 and alias = 'Fictional Quail'"
    ) == [
        (
            "Autumn 2130: 3rd in line for 2 boats, 1 place short. Missed by 0.075 s; "
            "the last went to Fictional Vole, 4th in the regatta. The rule is inferred.",
        )
    ]
    assert demo.ask("select coverage, winners from season_coverage where season = 2130") == [
        ("inferred", 4)
    ]


def test_a_season_may_be_as_long_as_it_likes(demo):
    """Forty rounds, a boat each: no setting anywhere says how many there may be."""
    boards = {number: fictional_arn(f"2130-{number}") for number in range(1, 41)}
    add(demo, "rounds", *(f"2130,{number},Round {number}" for number in boards))
    add(
        demo,
        "round_races",
        *(f"2130,{number},regatta,{arn}" for number, arn in boards.items()),
    )
    add(demo, "prizes", "2130,boat,prize,,1,inferred,because,here,")
    add(demo, "prize_lines", "2130,boat,1,regatta")
    add(demo, "prize_blocks", "2130,boat,boat,from the next round")
    add(demo, "prize_names", "boat,A boat,boat,boats")
    add_to_catalogue(demo, *boards.values())
    for number, arn in boards.items():
        write_ranking(demo.data / "race-data", arn, [f"New {n}" for n in range(1, number + 4)])
    done = build(demo)
    assert done.returncode == 0, done.stdout
    assert demo.ask(
        "select round_number, alias from prize_winners where season = 2130 order by all",
        demo.built,
    ) == [(number, f"Fictional New {number}") for number in boards]


def test_an_exception_rolls_the_prize_down_and_changes_later_rounds(demo_built, tmp_path):
    demo = Pipeline(tmp_path / "league", tmp_path / "league/project")
    shutil.copytree(demo_built.data, demo.data, symlinks=True)
    query = (
        "select round_number, user_id from intermediate.int_awards where prize = 'evo' "
        "and scenario = 'as given' order by round_number, award_number"
    )
    before = demo.ask(query, demo.built)
    first = before[0][1]
    add(demo, "exceptions", f"2121,{first},evo,1,,declined,https://example.org/letter")
    asked = ("exceptions+,+prize_changes", "exceptions+,+prize_decisions")
    assert build(demo, "--select", *asked).returncode == 0
    after = demo.ask(query, demo.built)
    assert first not in [user_id for _, user_id in after]
    assert [n for n, _ in after] == [n for n, _ in before], "still ten a round"
    changes = demo.ask(
        "select change, user_id, round_before, round_after from prize_changes "
        "where prize = 'evo'",
        demo.built,
    )
    assert ("lost", first, "March", None) in changes
    assert {change for change, *_ in changes} >= {"lost", "moved up"}
    # A racer who moved into March is missing from the line of a later round, and so on.
    assert len(changes) > 2
    assert demo.ask(
        f"select decision, blocked_by from prize_decisions where user_id = '{first}' "
        "and prize = 'evo' and round_number = 1",
        demo.built,
    ) == [("declined", "https://example.org/letter")]


def test_an_exception_for_nobody_fails_with_a_sentence(demo):
    add(demo, "exceptions", "2121,nobody,evo,1,,declined,x")
    done = build(demo, "--select", "+exceptions_are_known")
    assert done.returncode == 1
    assert "nobody, evo of 2121: no final ranking has a racer" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    published = demo.publish()
    assert published.returncode == 1
    assert "exceptions_are_known (error)" in published.stderr
    rows = demo.run("python", "-m", "league", "problems", "exceptions_are_known")
    assert '"problem": "exceptions.csv: nobody, evo of 2121' in rows.stdout, rows.stderr


def test_no_exceptions_are_shipped():
    from tests.helpers.pipeline import ROOT

    assert (ROOT / "seeds/exceptions.csv").read_text().splitlines() == [
        "season,user_id,prize,from_round,to_round,reason,source"
    ]
