"""Rows that do not make a season are refused in a sentence, before any model reads them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import duckdb
import pytest

from league.build import LeagueError, project_with
from tests.conftest import invent
from tests.helpers.pipeline import ROOT, Pipeline
from tests.publish.test_commands import make

# What somebody does to a file of the fictional season, and what is said: old text, new text
# (no old text: the whole file), sentence without the folder.
MISTAKES = {
    "a league of two names": (
        "league.csv", None, "name,notice,issues_address\nthe Cup,,\nthe Bowl,,\n",
        "league.csv: expected one row, found 2.",
    ),
    "a prize nobody has named": (
        "prize_names.csv", "evo,Evo (car),car,cars\n", "",
        'prizes.csv, 2121, evo: prize is "evo"; expected a prize of prize_names.csv.',
    ),
    "a kind misspelt": (
        "prizes.csv", "evo,prize", "evo,prizze",
        'prizes.csv, 2121, evo: kind is "prizze"; expected prize or invitation.',
    ),
    "evidence of another word": (
        "prizes.csv", "10,published", "10,guessed",
        'prizes.csv, 2121, evo: evidence is "guessed"; expected published or inferred or catalogue.',
    ),
    "an invitation to nowhere": (
        "prizes.csv", "invitation,finale", "invitation,",
        "prizes.csv, 2121, finale_place: kind is invitation and invites_to is empty; expected the race",
    ),
    "an invitation to no race of the season": (
        "prizes.csv", "invitation,finale", "invitation,party",
        'prizes.csv, 2121, finale_place: invites_to is "party"; expected a race of round_races.csv for 2121',
    ),
    "a prize that invites": (
        "prizes.csv", "evo,prize,,", "evo,prize,finale,",
        "prizes.csv, 2121, evo: kind is prize and invites_to is finale; expected the race",
    ),
    "two boards of one race in one round": (
        "round_races.csv", "2121,2,month's race", "2121,1,month's race",
        'round_races.csv: season "2121" and round_number "1" and race "month\'s race" '
        "stand together in 2 rows; expected once. Two boards",
    ),
    "a season misspelt": (
        "prizes.csv", "2121,evo", "212l,evo",
        'prizes.csv, line 5: season is "212l"; expected a whole number.',
    ),
    "a report without an address": (
        "winner_reports.csv", "evidence\n", "evidence\n2121,evo,1,Yak,,a friend,,me,reported\n",
        'winner_reports.csv, 2121, evo, 1: source is "a friend"; expected an address like https',
    ),
    "a report of a place before the first": (
        "winner_reports.csv", "evidence\n",
        "evidence\n2121,evo,0,Yak,,https://example.org,,me,reported\n",
        'winner_reports.csv, 2121, evo, 0: place is "0"; expected a number from 1 on.',
    ),
    "another season": (
        "prize_lines.csv", "2121,evo,1", "2112,evo,1",
        'prize_lines.csv, 2112, evo, 1: prize is "evo"; expected a prize of prizes.csv for 2112.',
    ),
    "a blank line": (
        "rounds.csv", "2121,2", "\n2121,2", "rounds.csv, line 3: is blank; delete the line.",
    ),
    "a line of commas": (
        "rounds.csv", "2121,2", ",,\n2121,2", "rounds.csv, line 3: is blank; delete the line.",
    ),
    "a space too many": (
        "rounds.csv", "April", "April ",
        'rounds.csv, line 3: round_name is "April "; delete the space around it.',
    ),
    "semicolons": (
        "rounds.csv", None, "season;round_number;round_name\n2121;1;March\n",
        "rounds.csv, line 1: expected the columns season,round_number,round_name; found "
        "season;round_number;round_name. Save it with commas between the cells.",
    ),
    "a column too few": (
        "prize_names.csv", "prize,title,singular,plural", "prize,title,singular",
        "prize_names.csv, line 1: expected the columns prize,title,singular,plural; found prize,title,singular",
    ),
    "a column misspelt": (
        "prizes.csv", "quota", "quoata", "prizes.csv, line 1: expected the columns season,prize",
    ),
    "an empty file": (
        "rounds.csv", None, "", "rounds.csv, line 1: expected the columns season,round_number",
    ),
    "a comma in a text": (
        "prize_names.csv", "Evo (car)", "Evo, a car",
        "prize_names.csv, line 6: expected 4 cells, found 5; a text with a comma in it stands",
    ),
    "a quotation mark without the other": (
        "prize_names.csv", "Evo (car)", '"Evo', "prize_names.csv, line 6: a quotation mark has",
    ),
    "a row twice": (
        "prizes.csv", "2121,evo,prize,,10", "2121,evo,prize,,3,published,a,b,\n2121,evo,prize,,10",
        'prizes.csv: season "2121" and prize "evo" stand together in 2 rows; expected once.',
    ),
    "a quota of nothing": (
        "prizes.csv", "prize,,10", "prize,,0",
        'prizes.csv, 2121, evo: quota is "0"; expected a number from 1 on.',
    ),
    "a quota in words": (
        "prizes.csv", "prize,,10", "prize,,ten",
        'prizes.csv, line 5: quota is "ten"; expected a whole number.',
    ),
    "no quota": (
        "prizes.csv", "prize,,10", "prize,,",
        "prizes.csv, 2121, evo: quota is empty; expected a value.",
    ),
    "half a car": (
        "prizes.csv", "prize,,10", "prize,,0.5", 'prizes.csv, line 5: quota is "0.5"; expected',
    ),
    "a line from no race": (
        "prize_lines.csv", "evo,2,month's race", "evo,2,marathon",
        'prize_lines.csv, 2121, evo, 2: race is "marathon"; expected a race of round_races.csv for '
        "2121.",
    ),
    "a line for no prize": (
        "prize_lines.csv", "2121,evo,1", "2121,boat,1",
        'prize_lines.csv, 2121, boat, 1: prize is "boat"; expected a prize of prizes.csv for 2121.',
    ),
    "a prize nobody is in line for": (
        "prize_lines.csv", "2121,wildcard_seat,1,wildcard\n", "",
        'prizes.csv, 2121, wildcard_seat: prize is "wildcard_seat"; expected a prize of prize_lines.csv for',
    ),
    "a race that leads to nothing": (
        "round_races.csv", "2121,1,finale", "2121,1,finalle",
        'round_races.csv, 2121, 1, finalle: race is "finalle"; expected a race of prize_lines.csv or '
        "invites_to of prizes.csv or",
    ),
    "a race of no round": (
        "rounds.csv", "2121,2,April\n", "",
        'round_races.csv, 2121, 2, month\'s race: round_number is "2"; expected a round_number of rounds.csv for',
    ),
    "a round without races": (
        "rounds.csv", "2121,2,April\n", "2121,2,April\n2121,8,August\n",
        'rounds.csv, 2121, 8: round_number is "8"; expected a round_number of round_races.csv for',
    ),
    "a round twice": (
        "rounds.csv", "2121,2,April\n", "2121,2,April\n2121,2,Easter\n",
        'rounds.csv: season "2121" and round_number "2" stand together in 2 rows; expected once.',
    ),
    "two rounds of one name": (
        "rounds.csv", "April", "March",
        'rounds.csv: season "2121" and round_name "March" stand together in 2 rows; expected once',
    ),
    "an address for an Arn": (
        "round_races.csv", "arn:aws:deepracer:fictional::leaderboard/2121-1-finale", "../finale",
        'round_races.csv, 2121, 1, finale: leaderboard_arn is "../finale"; expected an Arn like',
    ),
    "a board in two rounds": (
        "round_races.csv", "2121-2-finale", "2121-1-finale",
        'finale" stands in 2 rows; expected once.',
    ),
    "a blocking prize that is none": (
        "prize_blocks.csv", "evo,evo", "evo,boat",
        'prize_blocks.csv, 2121, evo, boat: held_prize is "boat"; expected a prize of prizes.csv for 2121',
    ),
    "a prize without a title": (
        "prize_names.csv", "Evo (car)", "",
        "prize_names.csv, evo: title is empty; expected a value.",
    ),
    "two prizes of one title": (
        "prize_names.csv", "Evo (car)", "Wildcard seat",
        'prize_names.csv: title "Wildcard seat" stands in 2 rows; expected once.',
    ),
    "a code that is none": (
        "prize_names.csv", "trip,", "Trip 2,",
        'prize_names.csv, Trip 2: prize is "Trip 2"; expected small letters, digits and _',
    ),
    "a prize called all": (
        "prize_names.csv", "trip,", "all,", 'prize_names.csv, all: prize is "all"; expected',
    ),
    "computed and not": (
        "not_computable.csv", None, "season,prize,reason,source\n2121,evo,lost,nowhere\n",
        "not_computable.csv, 2121, evo: is in prizes.csv, too; expected a prize that cannot",
    ),
    "a share of 10": (
        "promotion_rules.csv", "source\n", "source\n2121,finale,finale,10,inferred,x\n",
        'promotion_rules.csv, 2121: share is "10.000000"; expected a number from 0 to 1.',
    ),
    "an exception from no prize": (
        "exceptions.csv", "source\n", "source\n2121,yak,boat,1,,declined,x\n",
        'exceptions.csv, 2121, yak, boat: prize is "boat"; expected a prize of prizes.csv for 2121 (or all).',
    ),
    "an exception in no round": (
        "exceptions.csv", "source\n", "source\n2121,yak,all,77,,declined,x\n",
        'exceptions.csv, 2121, yak, all: from_round is "77"; expected a round_number of rounds.csv for',
    ),
    "an exception in no season": (
        "exceptions.csv", "source\n", "source\n1999,yak,evo,1,,declined,x\n",
        'exceptions.csv, 1999, yak, evo: prize is "evo"; expected a prize of prizes.csv for 1999',
    ),
    "an exception that ends before it begins": (
        "exceptions.csv", "source\n", "source\n2121,yak,evo,2,1,declined,x\n",
        "exceptions.csv, 2121, yak, evo: to_round is 1; expected 2, which is from_round, or a later",
    ),
    "a quota of no round": (
        "round_quotas.csv", "quota\n", "quota\n2121,77,evo,3\n",
        'round_quotas.csv, 2121, 77, evo: round_number is "77"; expected a round_number of rounds.csv',
    ),
    "a quota of a round twice": (
        "round_quotas.csv", "quota\n", "quota\n2121,1,evo,3\n2121,1,evo,4\n",
        'round_quotas.csv: season "2121" and round_number "1" and prize "evo" stand together',
    ),
    "blocks in a circle at once": (
        "prize_blocks.csv", "applies\n",
        "applies\n2121,evo,championship_seat,at once\n2121,wildcard_seat,evo,at once\n"
        "2121,championship_seat,wildcard_seat,at once\n",
        "prize_blocks.csv, 2121, evo, championship_seat: championship_seat blocks evo at once, so it is given first,",
    ),
    "a block at some time": (
        "prize_blocks.csv", "from the next round", "later",
        'applies is "later"; expected from the next round or at once.',
    ),
    "an exception for a rude reason": (
        "exceptions.csv", "source\n", "source\n2121,yak,evo,1,,rude,x\n",
        'exceptions.csv, 2121, yak, evo: reason is "rude"; expected ineligible or declined.',
    ),
    "an exception without a source": (
        "exceptions.csv", "source\n", "source\n2121,yak,evo,1,,declined,\n",
        "exceptions.csv, 2121, yak, evo: source is empty; expected a value.",
    ),
    "a digit of another script": (
        "prizes.csv", "2121,evo", "2\u0661\u0662\u0661,evo",
        'prizes.csv, line 5: season is "2\u0661\u0662\u0661"; expected a whole number.',
    ),
    "a day in a form of its own": (
        "winner_reports.csv", "evidence\n",
        "evidence\n2121,evo,1,Yak,,https://example.org,1.5.2121,me,reported\n",
        'winner_reports.csv, line 2: source_date is "1.5.2121"; expected a day like 2021-11-16.',
    ),
    "a control character": (
        "prizes.csv", "2121,evo,prize", "2121,evo,pri\x1bze",
        "prizes.csv, line 5: has a control character; delete it.",
    ),
    "a copy of a file": (
        "prizes_copy.csv", None, "season\n", "prizes_copy.csv: expected only the files exceptions",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def league(tmp_path_factory) -> Pipeline:
    """A fictional season, loaded; its rows as they were lie in `rows` beside them."""
    folder = tmp_path_factory.mktemp("season")
    loaded = invent(folder)
    assert loaded.ingest(folder / "race-data").returncode == 0
    shutil.move(folder / "seeds", folder / "rows")
    return loaded


@pytest.fixture
def season(league) -> Pipeline:
    """The same with the rows as they were."""
    for file in league.seeds.glob("*.csv"):
        file.unlink()
    shutil.copytree(league.data / "rows", league.seeds, dirs_exist_ok=True)
    return league


def build_seeds(season: Pipeline) -> CompletedProcess:
    """Build what has to be right before any model reads a seed, and no test of anything else."""
    return season.build("--select", "+seeds_make_sense", "--indirect-selection", "cautious")


def change(seeds: Path, name: str) -> str:
    """Make a mistake; the sentence it is answered by."""
    file, old, new, sentence = MISTAKES[name]
    path = seeds / file
    if old is None:
        path.write_bytes(new if isinstance(new, bytes) else new.encode())
    else:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return sentence


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_refused_in_a_sentence(season, name):
    sentence = change(season.seeds, name)
    done = build_seeds(season)
    assert done.returncode != 0
    assert sentence in " ".join(done.stdout.split())
    assert "Traceback" not in done.stdout + done.stderr


def test_no_model_that_reads_a_seed_is_built_from_rows_that_make_no_sense(season):
    change(season.seeds, "a kind misspelt")
    assert season.build("--exclude-resource-type", "unit_test").returncode != 0
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


def test_a_file_that_is_missing_is_named_with_what_it_begins_with(season, tmp_path):
    (season.seeds / "exceptions.csv").unlink()
    with pytest.raises(
        LeagueError, match="exceptions.csv: no such file; expected one, .* season,"
    ):
        project_with(season.seeds, tmp_path / "project")


def test_a_file_that_no_model_reads_is_named_although_it_is_not_copied(season, tmp_path):
    shutil.copyfile(season.seeds / "prizes.csv", season.seeds / "price.csv")
    with pytest.raises(LeagueError, match="price.csv: expected only the files exceptions.csv"):
        project_with(season.seeds, tmp_path / "project")


def test_a_file_in_another_encoding_is_named(season, tmp_path):
    """dbt would end in a traceback, before anything of the project runs."""
    text = "season,round_number,round_name\n2121,1,März\n"
    (season.seeds / "rounds.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(
        LeagueError, match="rounds.csv, line 2: is not UTF-8; save the file as"
    ):
        project_with(season.seeds, tmp_path / "project")


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


def test_make_winners_publishes_nothing_and_says_the_sentence(demo):
    sentence = change(demo.seeds, "a kind misspelt")
    done = make(
        "winners", f"DATA={demo.data}", f"SEEDS={demo.seeds}", f"SOURCE={demo.data}/race-data"
    )
    assert done.returncode != 0
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not demo.published.exists()


def test_a_board_that_nobody_knows_is_named(demo):
    path = demo.seeds / "round_races.csv"
    path.write_text(path.read_text().replace("2121-4-finale", "2121-4-finaIe"))
    done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 0
    assert "In no catalogue and without a ranking" in done.stderr
    assert "2121-4-finaIe." in done.stderr


def test_only_an_arn_becomes_a_path(demo):
    change(demo.seeds, "an address for an Arn")
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
    project = project_with(older, tmp_path / "project")
    assert (project / "seeds/round_quotas.csv").read_text() == (
        "season,round_number,prize,quota\n"
    )
    first = (project / "seeds/prize_blocks.csv").read_text().splitlines()[:2]
    assert first == [
        "season,prize,held_prize,applies", "2121,finale_place,championship_seat,"
    ]  # fmt: skip


def test_a_column_is_also_known_by_its_former_name(season, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(season.seeds, older)
    names = (older / "prize_names.csv").read_text()
    assert names.startswith("prize,title,singular,plural")
    (older / "prize_names.csv").write_text(names.replace("singular,plural", "one,many"))
    project = project_with(older, tmp_path / "project")
    assert (project / "seeds/prize_names.csv").read_text() == names


def test_an_exception_for_all_does_not_pass_over_a_named_winner_in_silence(season):
    """The catalogue names 2020's race winners: no row of ours can take that away."""
    for file in (ROOT / "seeds").glob("*.csv"):
        shutil.copyfile(file, season.seeds / file.name)
    assert build_seeds(season).returncode == 0
    with (season.seeds / "exceptions.csv").open("a") as exceptions:
        exceptions.write("2020,yak,all,1,,ineligible,x\n")
    done = build_seeds(season)
    assert done.returncode != 0
    assert "the catalogue names who has race_winner of 2020" in done.stdout
