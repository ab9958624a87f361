"""Rows that do not make a season are refused in a sentence, before any model reads them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import duckdb
import pytest

from league.build import LeagueError, build, project_with
from tests.conftest import invent
from tests.helpers.pipeline import ROOT, Pipeline

# A file of the fictional season, what somebody replaces in it (None: all of it), by what, and
# how the sentence about it begins.
MISTAKES = [
    ("league.csv", None, "name,notice,issues_address\nthe Cup,,\nthe Bowl,,\n",
     "league.csv: expected one row, found 2."),
    ("prize_names.csv", "evo,Evo (car),car,cars\n", "",
     'prizes.csv, 2121, evo: prize is "evo"; expected a prize of prize_names.csv.'),
    ("prizes.csv", "evo,prize", "evo,prizze",
     'prizes.csv, 2121, evo: kind is "prizze"; expected prize or invitation.'),
    ("prizes.csv", "10,published", "10,guessed",
     'prizes.csv, 2121, evo: evidence is "guessed"; expected published or inferred or catalogue.'),
    ("prizes.csv", "invitation,finale", "invitation,",
     "prizes.csv, 2121, finale_place: kind is invitation and invites_to is empty; expected the race"),
    ("prizes.csv", "invitation,finale", "invitation,party",
     'prizes.csv, 2121, finale_place: invites_to is "party"; expected a race of round_races.csv for 2121'),
    ("prizes.csv", "evo,prize,,", "evo,prize,finale,",
     "prizes.csv, 2121, evo: kind is prize and invites_to is finale; expected the race"),
    ("round_races.csv", "2121,2,Pro qualifier", "2121,1,Pro qualifier",
     'round_races.csv: season "2121" and round_number "1" and race "Pro qualifier" stand together in 2 rows; expected once. Two boards'),
    ("prizes.csv", "2121,evo", "212l,evo",
     'prizes.csv, line 5: season is "212l"; expected a whole number.'),
    ("winner_reports.csv", "evidence\n", "evidence\n2121,evo,1,Yak,,a friend,,me,reported\n",
     'winner_reports.csv, 2121, evo, 1: source is "a friend"; expected an address like https'),
    ("winner_reports.csv", "evidence\n", "evidence\n2121,evo,0,Yak,,https://example.org,,me,reported\n",
     'winner_reports.csv, 2121, evo, 0: place is "0"; expected a number from 1 on.'),
    ("prize_lines.csv", "2121,evo,1", "2112,evo,1",
     'prize_lines.csv, 2112, evo, 1: prize is "evo"; expected a prize of prizes.csv for 2112.'),
    ("rounds.csv", "2121,2", "\n2121,2",
     "rounds.csv, line 3: is blank; delete the line."),
    ("rounds.csv", "2121,2", ",,\n2121,2",
     "rounds.csv, line 3: is blank; delete the line."),
    ("rounds.csv", "April", "April ",
     'rounds.csv, line 3: round_name is "April "; delete the space around it.'),
    ("rounds.csv", None, "season;round_number;round_name\n2121;1;March\n",
     "rounds.csv, line 1: expected the columns season,round_number,round_name; found season;round_number;round_name. Save it with commas between the cells."),
    ("prizes.csv", "quota", "quoata",
     "prizes.csv, line 1: expected the columns season,prize"),
    ("rounds.csv", None, "",
     "rounds.csv, line 1: expected the columns season,round_number"),
    ("prize_names.csv", "Evo (car)", "Evo, a car",
     "prize_names.csv, line 6: expected 4 cells, found 5; a text with a comma in it stands"),
    ("prize_names.csv", "Evo (car)", '"Evo',
     "prize_names.csv, line 6: a quotation mark has"),
    ("prizes.csv", "2121,evo,prize,,10", "2121,evo,prize,,3,published,a,b,\n2121,evo,prize,,10",
     'prizes.csv: season "2121" and prize "evo" stand together in 2 rows; expected once.'),
    ("prizes.csv", "prize,,10", "prize,,0",
     'prizes.csv, 2121, evo: quota is "0"; expected a number from 1 on.'),
    ("prizes.csv", "prize,,10", "prize,,",
     "prizes.csv, 2121, evo: quota is empty; expected a value."),
    ("prizes.csv", "prize,,10", "prize,,0.5",
     'prizes.csv, line 5: quota is "0.5"; expected'),
    ("prize_lines.csv", "evo,2,Pro qualifier", "evo,2,marathon",
     'prize_lines.csv, 2121, evo, 2: race is "marathon"; expected a race of round_races.csv for 2121.'),
    ("prize_lines.csv", "2121,evo,1", "2121,boat,1",
     'prize_lines.csv, 2121, boat, 1: prize is "boat"; expected a prize of prizes.csv for 2121.'),
    ("prize_lines.csv", "2121,wildcard_seat,1,wildcard,\n", "",
     'prizes.csv, 2121, wildcard_seat: prize is "wildcard_seat"; expected a prize of prize_lines.csv for'),
    ("round_races.csv", "2121,1,finale", "2121,1,finalle",
     'round_races.csv, 2121, 1, finalle: race is "finalle"; expected a race of prize_lines.csv or invites_to of prizes.csv or'),
    ("rounds.csv", "2121,2,April\n", "",
     'round_races.csv, 2121, 2, Pro qualifier: round_number is "2"; expected a round_number of rounds.csv for'),
    ("rounds.csv", "2121,2,April\n", "2121,2,April\n2121,8,August\n",
     'rounds.csv, 2121, 8: round_number is "8"; expected a round_number of round_races.csv for'),
    ("rounds.csv", "2121,2,April\n", "2121,2,April\n2121,8,August\n",
     "one whose race was cancelled keeps both rows, and the race ParticipantCount 0 in the catalogue"),
    ("rounds.csv", "2121,2,April\n", "2121,2,April\n2121,2,Easter\n",
     'rounds.csv: season "2121" and round_number "2" stand together in 2 rows; expected once.'),
    ("rounds.csv", "April", "March",
     'rounds.csv: season "2121" and round_name "March" stand together in 2 rows; expected once'),
    ("round_races.csv", "arn:aws:deepracer:fictional::leaderboard/2121-1-finale", "../finale",
     'round_races.csv, 2121, 1, finale: leaderboard_arn is "../finale"; expected an Arn like'),
    ("round_races.csv", "2121-2-finale", "2121-1-finale",
     'finale" stands in 2 rows; expected once.'),
    ("prize_blocks.csv", "evo,evo", "evo,boat",
     'prize_blocks.csv, 2121, evo, boat: held_prize is "boat"; expected a prize of prizes.csv for 2121'),
    ("prize_names.csv", "Evo (car)", "",
     "prize_names.csv, evo: title is empty; expected a value."),
    ("prize_names.csv", "Evo (car)", "Wildcard seat",
     'prize_names.csv: title "Wildcard seat" stands in 2 rows; expected once.'),
    ("prize_names.csv", "trip,", "Trip 2,",
     'prize_names.csv, Trip 2: prize is "Trip 2"; expected small letters, digits and _'),
    ("prize_names.csv", "trip,", "all,",
     'prize_names.csv, all: prize is "all"; expected'),
    ("not_computable.csv", None, "season,prize,reason,source\n2121,evo,lost,nowhere\n",
     "not_computable.csv, 2121, evo: is in prizes.csv, too; expected a prize that cannot"),
    ("promotion_rules.csv", "source\n", "source\n2121,finale,finale,10,inferred,x\n",
     'promotion_rules.csv, 2121: share is "10.000000"; expected a number from 0 to 1.'),
    ("exceptions.csv", "source\n", "source\n2121,yak,boat,1,,declined,x\n",
     'exceptions.csv, 2121, yak, boat: prize is "boat"; expected a prize of prizes.csv for 2121 (or all).'),
    ("exceptions.csv", "source\n", "source\n2121,yak,all,77,,declined,x\n",
     'exceptions.csv, 2121, yak, all: from_round is "77"; expected a round_number of rounds.csv for'),
    ("exceptions.csv", "source\n", "source\n1999,yak,evo,1,,declined,x\n",
     'exceptions.csv, 1999, yak, evo: prize is "evo"; expected a prize of prizes.csv for 1999'),
    ("exceptions.csv", "source\n", "source\n2121,yak,evo,2,1,declined,x\n",
     "exceptions.csv, 2121, yak, evo: to_round is 1; expected 2, which is from_round, or a later"),
    ("round_quotas.csv", "quota\n", "quota\n2121,77,evo,3\n",
     'round_quotas.csv, 2121, 77, evo: round_number is "77"; expected a round_number of rounds.csv'),
    ("round_quotas.csv", "quota\n", "quota\n2121,1,evo,3\n2121,1,evo,4\n",
     'round_quotas.csv: season "2121" and round_number "1" and prize "evo" stand together'),
    ("prize_blocks.csv", "applies\n", "applies\n2121,evo,championship_seat,at once\n2121,wildcard_seat,evo,at once\n2121,championship_seat,wildcard_seat,at once\n",
     "prize_blocks.csv, 2121, evo, championship_seat: championship_seat blocks evo at once, so it is given first,"),
    ("prize_blocks.csv", "from the next round", "later",
     'applies is "later"; expected from the next round or at once.'),
    ("exceptions.csv", "source\n", "source\n2121,yak,evo,1,,rude,x\n",
     'exceptions.csv, 2121, yak, evo: reason is "rude"; expected ineligible or declined.'),
    ("exceptions.csv", "source\n", "source\n2121,yak,evo,1,,declined,\n",
     "exceptions.csv, 2121, yak, evo: source is empty; expected a value."),
    ("prizes.csv", "2121,evo", "2\u0661\u0662\u0661,evo",
     'prizes.csv, line 5: season is "2\u0661\u0662\u0661"; expected a whole number.'),
    ("winner_reports.csv", "evidence\n", "evidence\n2121,evo,1,Yak,,https://example.org,1.5.2121,me,reported\n",
     'winner_reports.csv, line 2: source_date is "1.5.2121"; expected a day like 2021-11-16.'),
    ("prizes.csv", "2121,evo,prize", "2121,evo,pri\x1bze",
     "prizes.csv, line 5: has a control character; delete it."),
    ("rounds.csv", "April", "Ap\u202eril",
     "rounds.csv, line 3: has a control character; delete it."),
    ("rounds.csv", "2121,2", "2121-22,2",
     "expected a whole number: a season over two years is named by the one it ends in"),
]  # fmt: skip
# The two checks of the files as they are, before they are loaded.
CHECKS_OF_FILES = """
{% if execute %}
    {% set seeds = graph.nodes.values() | selectattr('resource_type', 'eq', 'seed') | list %}
    {{ lines_that_are_no_rows(seeds) }}
    -- and then
    {{ cells_of_another_type(seeds) }}
{% endif %}
"""


@pytest.fixture(scope="module")
def league(tmp_path_factory) -> Pipeline:
    """A fictional season whose rows are loaded; as they were they lie in `rows` beside them."""
    folder = tmp_path_factory.mktemp("season")
    loaded = invent(folder)
    assert loaded.ingest(folder / "race-data").returncode == 0
    assert build_seeds(loaded).returncode == 0
    shutil.move(folder / "seeds", folder / "rows")
    return loaded


@pytest.fixture
def season(league) -> Pipeline:
    """The same with the rows as they were."""
    for file in league.seeds.glob("*.csv"):
        file.unlink()
    shutil.copytree(league.data / "rows", league.seeds, dirs_exist_ok=True)
    return league


@pytest.fixture(scope="module")
def checks(league) -> list[str]:
    """The SQL that judges lines, cells and rows, as dbt compiles it."""
    done = league.run("dbt", "--quiet", "compile", "--inline", CHECKS_OF_FILES)
    assert done.returncode == 0, done.stdout
    return [*done.stdout.split("-- and then"), league.compiled("int_seed_problems")]


def build_seeds(season: Pipeline) -> CompletedProcess:
    """Build what has to be right before any model reads a seed, and no test of anything else."""
    return season.build("--select", "+seeds_make_sense", "--indirect-selection", "cautious")


def problems(season: Pipeline, checks: list[str]) -> list[str]:
    """What the checks that a build goes through find in the files as they are now."""
    *of_files, of_rows = checks
    with duckdb.connect(str(season.built)) as built:
        for check in of_files:
            if found := built.execute(check).fetchall():
                return [f"{file}, line {line}: {problem}" for file, line, problem in found]
        built.begin()
        for file in season.seeds.glob("*.csv"):
            built.execute(f"delete from seeds.{file.stem}")
            rows = f"read_csv('{file}', all_varchar = true, header = true, quote = '\"')"
            built.execute(f"insert into seeds.{file.stem} by name from {rows}")
        found = built.execute(of_rows).fetchall()
        built.rollback()
        return [problem for (problem,) in found]


def change(seeds: Path, file: str, old: str | None, new: str) -> None:
    text = new if old is None else (seeds / file).read_text(encoding="utf-8")
    assert old is None or old in text
    (seeds / file).write_text(text.replace(old or "", new, 1) if old else new, "utf-8")


def test_rows_as_they_should_be_have_no_problem(season, checks):
    assert problems(season, checks) == []


@pytest.mark.parametrize(("file", "old", "new", "sentence"), MISTAKES)
def test_a_mistake_has_a_sentence(season, checks, file, old, new, sentence):
    change(season.seeds, file, old, new)
    assert any(sentence in problem for problem in problems(season, checks))


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("prizes.csv", "2121,evo", "212l,evo", 'prizes.csv, line 5: season is "212l"; expected'),
        ("prizes_copy.csv", None, "season\n", "prizes_copy.csv: expected only the files exceptions"),
    ],
)  # fmt: skip
def test_a_build_stops_before_it_loads_a_file_that_is_no_seed(
    season, file, old, new, sentence
):
    change(season.seeds, file, old, new)
    done = build_seeds(season)
    assert done.returncode != 0
    assert sentence in " ".join(done.stdout.split())
    assert "Traceback" not in done.stdout + done.stderr


def test_no_model_that_reads_a_seed_is_built_from_rows_that_make_no_sense(season):
    change(season.seeds, "prizes.csv", "evo,prize", "evo,prizze")
    done = season.build("--exclude-resource-type", "unit_test")
    assert done.returncode != 0
    assert 'prizes.csv, 2121, evo: kind is "prizze"' in " ".join(done.stdout.split())
    target = season.data / "build/target"
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    ran = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    built = {node["unique_id"] for node in ran if node["status"] == "success"}
    readers = {
        name
        for name, parents in manifest["parent_map"].items()
        if name.startswith("model.") and any(parent.startswith("seed.") for parent in parents)
    }
    assert len(readers) > 15
    assert readers & built == {"model.deepracer_league.int_seed_problems"}
    with duckdb.connect(str(season.built)) as opened:
        assert (
            "seeds_make_sense"
            in opened.sql("select not_passed from build.proof").fetchone()[0]
        )


@pytest.mark.parametrize(
    ("file", "body", "sentence"),
    [
        ("exceptions.csv", None, "exceptions.csv: no such file; expected one, .* season,"),
        ("price.csv", b"", "price.csv: expected only the files exceptions.csv"),
        ("rounds.csv", "season\nM\xe4rz\n".encode("latin-1"), "rounds.csv, line 2: is not UTF-8; save"),
    ],
)  # fmt: skip
def test_a_folder_that_dbt_would_not_read_in_full_is_refused(
    season, tmp_path, file, body, sentence
):
    (season.seeds / file).unlink(missing_ok=True)
    if body is not None:
        (season.seeds / file).write_bytes(body)
    with pytest.raises(LeagueError, match=sentence):
        build(tmp_path / "data", season.seeds)


def test_what_spreadsheets_add_harms_nobody(season):
    """A byte order mark, line ends of Windows, other columns first, quotation marks."""
    path = season.seeds / "rounds.csv"
    rows = [line.split(",") for line in path.read_text().splitlines()]
    text = "".join(f'"{name}",{year},{number}\r\n' for year, number, name in rows)
    path.write_bytes(f"\ufeff{text}".encode())
    assert build_seeds(season).returncode == 0
    with duckdb.connect(str(season.built)) as opened:
        found = opened.sql(
            "select season, round_number, round_name from seeds.rounds"
        ).fetchall()
    assert [[str(cell) for cell in row] for row in found] == rows[1:]


def test_a_hidden_file_is_no_seed(season, tmp_path):
    """As macOS puts one beside each file of a copy."""
    (season.seeds / "._rounds.csv").write_bytes(b"Mac OS X\0\xff")
    project = project_with(season.seeds, tmp_path / "project")
    assert not (project / "seeds/._rounds.csv").exists()
    # dbt itself passes over it, too.
    assert build_seeds(season).returncode == 0


def test_a_board_that_nobody_knows_is_named(demo):
    path = demo.seeds / "round_races.csv"
    path.write_text(path.read_text().replace("2121-4-finale", "2121-4-finaIe"))
    done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 0
    assert "In no catalogue and without a ranking" in done.stderr
    assert "2121-4-finaIe." in done.stderr


def test_only_an_arn_becomes_a_path(demo):
    arn = "arn:aws:deepracer:fictional::leaderboard/2121-1-finale"
    change(demo.seeds, "round_races.csv", arn, "../finale")
    done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 0
    with duckdb.connect(str(demo.built)) as opened:
        assert not opened.sql("select * from raw.outcomes where file like '%..%'").fetchall()


def test_rows_of_a_league_from_before_a_column_are_as_good_as_new_ones(demo, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(demo.seeds, older)
    (older / "round_quotas.csv").unlink()
    blocks = (older / "prize_blocks.csv").read_text().replace(",applies", "")
    (older / "prize_blocks.csv").write_text(blocks.replace(",from the next round", ""))
    names = (older / "prize_names.csv").read_text()
    (older / "prize_names.csv").write_text(names.replace("singular,plural", "one,many"))
    project = project_with(older, tmp_path / "project")
    assert (project / "seeds/prize_names.csv").read_text() == names
    assert (project / "seeds/round_quotas.csv").read_text() == (
        "season,round_number,prize,quota\n"
    )
    first = (project / "seeds/prize_blocks.csv").read_text().splitlines()[:2]
    assert first == [
        "season,prize,held_prize,applies", "2121,finale_place,championship_seat,"
    ]  # fmt: skip


def test_no_row_changes_in_silence_what_the_catalogue_names(season, checks):
    """2020's race winners: an exception for all, and a quota of one round."""
    shutil.copytree(ROOT / "seeds", season.seeds, dirs_exist_ok=True)
    assert problems(season, checks) == []
    with (season.seeds / "exceptions.csv").open("a") as exceptions:
        exceptions.write("2020,yak,all,1,,ineligible,x\n")
    with (season.seeds / "round_quotas.csv").open("a") as quotas:
        quotas.write("2020,1,race_winner,2\n")
    first, second = sorted(problems(season, checks))
    assert "exceptions.csv, 2020, yak, all: the catalogue names who has race_winner" in first
    assert "round_quotas.csv, 2020, 1, race_winner: the catalogue names who has it" in second
