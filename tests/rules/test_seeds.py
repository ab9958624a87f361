"""Rows that do not make a season are refused in a sentence, before anything is built."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from ingest.database import open_database
from ingest.seeds import SeedError, read_seeds
from ingest.seeds.__main__ import main as check_seeds
from league import fictional_season
from league.build import project_with
from tests.helpers.pipeline import ROOT, call
from tests.publish.test_commands import make

# What somebody does to a file of the fictional season, and what is said: old text, new text
# (no old text: the whole file), sentence without the folder.
MISTAKES = {
    "a league of two names": (
        "league.csv", None, "name,notice\nthe Cup,\nthe Bowl,\n",
        "league.csv: expected one row, found 2.",
    ),
    "a prize nobody has named": (
        "prize_names.csv", "evo,Evo (car),car,cars\n", "",
        'prizes.csv, line 5: prize is "evo"; expected a prize of prize_names.csv (',
    ),
    "a kind misspelt": (
        "prizes.csv", "evo,prize", "evo,prizze",
        'prizes.csv, line 5: kind is "prizze"; expected prize or invitation.',
    ),
    "evidence of another word": (
        "prizes.csv", "10,published", "10,guessed",
        'prizes.csv, line 5: evidence is "guessed"; expected published or inferred or catalogue.',
    ),
    "an invitation to nowhere": (
        "prizes.csv", "invitation,finale", "invitation,",
        "prizes.csv, line 2: kind is invitation and invites_to is empty; expected the race",
    ),
    "an invitation to no race of the season": (
        "prizes.csv", "invitation,finale", "invitation,party",
        'prizes.csv, line 2: invites_to is "party"; expected a race of round_races.csv for 2121',
    ),
    "a prize that invites": (
        "prizes.csv", "evo,prize,,", "evo,prize,finale,",
        "prizes.csv, line 5: kind is prize and invites_to is finale; expected the race",
    ),
    "two boards of one race in one round": (
        "round_races.csv", "2121,2,month's race", "2121,1,month's race",
        'round_races.csv, line 4: season "2121" and round_number "1" and race "month\'s race" '
        "stand together in line 2 already; expected once. Two boards",
    ),
    "a season misspelt": (
        "prizes.csv", "2121,evo", "212l,evo",
        'prizes.csv, line 5: season is "212l"; expected a year like 2021.',
    ),
    "a report without an address": (
        "winner_reports.csv", "evidence\n", "evidence\n2121,evo,1,Yak,,a friend,,me,reported\n",
        'winner_reports.csv, line 2: source is "a friend"; expected an address like https',
    ),
    "a report of a place before the first": (
        "winner_reports.csv", "evidence\n",
        "evidence\n2121,evo,0,Yak,,https://example.org,,me,reported\n",
        'winner_reports.csv, line 2: place is "0"; expected a whole number from 1 on.',
    ),
    "another season": (
        "prize_lines.csv", "2121,evo,1", "2112,evo,1",
        'prize_lines.csv, line 5: prize is "evo"; expected a prize of prizes.csv for 2112.',
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
    "another encoding": (
        "rounds.csv", None, "season,round_number,round_name\n2121,1,März\n".encode("latin-1"),
        "rounds.csv, line 2: is not UTF-8; save the file as CSV UTF-8.",
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
        "prize_names.csv", "Evo (car)", '"Evo', "prize_names.csv, line 11: a quotation mark has",
    ),
    "a row twice": (
        "prizes.csv", "2121,evo,prize,,10", "2121,evo,prize,,3,published,a,b,\n2121,evo,prize,,10",
        'prizes.csv, line 6: season "2121" and prize "evo" stand together in line 5 already',
    ),
    "a quota of nothing": (
        "prizes.csv", "prize,,10", "prize,,0",
        'prizes.csv, line 5: quota is "0"; expected a whole number from 1 on.',
    ),
    "a quota in words": (
        "prizes.csv", "prize,,10", "prize,,ten",
        'prizes.csv, line 5: quota is "ten"; expected a whole number from 1 on.',
    ),
    "no quota": (
        "prizes.csv", "prize,,10", "prize,,",
        "prizes.csv, line 5: quota is empty; expected a whole number from 1 on.",
    ),
    "half a car": (
        "prizes.csv", "prize,,10", "prize,,0.5", 'prizes.csv, line 5: quota is "0.5"; expected',
    ),
    "a line from no race": (
        "prize_lines.csv", "evo,2,month's race", "evo,2,marathon",
        'prize_lines.csv, line 6: race is "marathon"; expected a race of round_races.csv for '
        "2121 (finale, month's race, wildcard).",
    ),
    "a line for no prize": (
        "prize_lines.csv", "2121,evo,1", "2121,boat,1",
        'prize_lines.csv, line 5: prize is "boat"; expected a prize of prizes.csv for 2121 (',
    ),
    "a prize nobody is in line for": (
        "prize_lines.csv", "2121,wildcard_seat,1,wildcard\n", "",
        'prizes.csv, line 4: prize is "wildcard_seat"; expected a prize of prize_lines.csv for',
    ),
    "a race that leads to nothing": (
        "round_races.csv", "2121,1,finale", "2121,1,finalle",
        'round_races.csv, line 3: race is "finalle"; expected a race of prize_lines.csv or '
        "invites_to of prizes.csv or",
    ),
    "a race of no round": (
        "rounds.csv", "2121,2,April\n", "",
        'round_races.csv, line 4: round_number is "2"; expected a round_number of rounds.csv for',
    ),
    "a round without races": (
        "rounds.csv", "2121,2,April\n", "2121,2,April\n2121,8,August\n",
        'rounds.csv, line 4: round_number is "8"; expected a round_number of round_races.csv for',
    ),
    "a round twice": (
        "rounds.csv", "2121,2,April\n", "2121,2,April\n2121,2,Easter\n",
        'rounds.csv, line 4: season "2121" and round_number "2" stand together in line 3 already',
    ),
    "two rounds of one name": (
        "rounds.csv", "April", "March",
        'rounds.csv, line 3: season "2121" and round_name "March" stand together in line 2 already',
    ),
    "an address for an Arn": (
        "round_races.csv", "arn:aws:deepracer:fictional::leaderboard/2121-1-finale", "../finale",
        'round_races.csv, line 3: leaderboard_arn is "../finale"; expected an Arn like',
    ),
    "a board in two rounds": (
        "round_races.csv", "2121-2-finale", "2121-1-finale",
        "stands in line 3 already; expected once.",
    ),
    "a blocking prize that is none": (
        "prize_blocks.csv", "evo,evo", "evo,boat",
        'prize_blocks.csv, line 6: held_prize is "boat"; expected a prize of prizes.csv for 2121',
    ),
    "a prize without a title": (
        "prize_names.csv", "Evo (car)", "",
        "prize_names.csv, line 6: title is empty; expected a text.",
    ),
    "two prizes of one title": (
        "prize_names.csv", "Evo (car)", "Wildcard seat",
        'prize_names.csv, line 6: title "Wildcard seat" stands in line 5 already',
    ),
    "a code that is none": (
        "prize_names.csv", "trip,", "Trip 2,",
        'prize_names.csv, line 7: prize is "Trip 2"; expected small letters, digits and _',
    ),
    "a prize called all": (
        "prize_names.csv", "trip,", "all,", 'prize_names.csv, line 7: prize is "all"; expected',
    ),
    "computed and not": (
        "not_computable.csv", None, "season,prize,reason,source\n2121,evo,lost,nowhere\n",
        "not_computable.csv, line 2: evo of 2121 is in prizes.csv; expected a prize that cannot",
    ),
    "a share of 10": (
        "promotion_rules.csv", "source\n", "source\n2121,finale,finale,10,inferred,x\n",
        'promotion_rules.csv, line 2: share is "10"; expected a number with at most six decimals, from 0 to 1.',
    ),
    "an exception from no prize": (
        "exceptions.csv", "source\n", "source\n2121,yak,boat,1,,declined,x\n",
        'exceptions.csv, line 2: prize is "boat"; expected a prize of prizes.csv for 2121 (all, ',
    ),
    "an exception in no round": (
        "exceptions.csv", "source\n", "source\n2121,yak,all,77,,declined,x\n",
        'exceptions.csv, line 2: from_round is "77"; expected a round_number of rounds.csv for',
    ),
    "an exception in no season": (
        "exceptions.csv", "source\n", "source\n1999,yak,evo,1,,declined,x\n",
        'exceptions.csv, line 2: prize is "evo"; expected a prize of prizes.csv for 1999',
    ),
    "an exception that ends before it begins": (
        "exceptions.csv", "source\n", "source\n2121,yak,evo,2,1,declined,x\n",
        "exceptions.csv, line 2: to_round is 1; expected 2, which is from_round, or a later",
    ),
    "a quota of no round": (
        "round_quotas.csv", "quota\n", "quota\n2121,77,evo,3\n",
        'round_quotas.csv, line 2: round_number is "77"; expected a round_number of rounds.csv',
    ),
    "a quota of a round twice": (
        "round_quotas.csv", "quota\n", "quota\n2121,1,evo,3\n2121,1,evo,4\n",
        "round_quotas.csv, line 3: ",
    ),
    "blocks in a circle at once": (
        "prize_blocks.csv", "applies\n",
        "applies\n2121,evo,championship_seat,at once\n2121,wildcard_seat,evo,at once\n"
        "2121,championship_seat,wildcard_seat,at once\n",
        "prize_blocks.csv, line 2: championship_seat blocks evo at once, so it is given first,",
    ),
    "a block at some time": (
        "prize_blocks.csv", "from the next round", "later",
        'applies is "later"; expected from the next round or at once.',
    ),
    "an exception for a rude reason": (
        "exceptions.csv", "source\n", "source\n2121,yak,evo,1,,rude,x\n",
        'exceptions.csv, line 2: reason is "rude"; expected ineligible or declined.',
    ),
    "an exception without a source": (
        "exceptions.csv", "source\n", "source\n2121,yak,evo,1,,declined,\n",
        "exceptions.csv, line 2: source is empty; expected a text.",
    ),
    "a copy of a file": (
        "prizes copy.csv", None, "season\n", "prizes copy.csv: expected only the files exceptions",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("season")
    fictional_season.invent(folder)
    return folder / "seeds"


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
def test_a_mistake_is_refused_in_a_sentence(season, tmp_path, name):
    seeds = tmp_path / "seeds"
    shutil.copytree(season, seeds)
    sentence = change(seeds, name)
    with pytest.raises(SeedError) as refused:
        read_seeds(seeds)
    assert sentence in str(refused.value)
    assert all(line.startswith(f"{seeds}/") for line in str(refused.value).splitlines())


def test_a_file_that_is_missing_is_named_with_what_it_begins_with(season, tmp_path):
    seeds = tmp_path / "seeds"
    shutil.copytree(season, seeds)
    (seeds / "exceptions.csv").unlink()
    with pytest.raises(SeedError, match="exceptions.csv: no such file; expected one"):
        read_seeds(seeds)


def test_what_spreadsheets_add_harms_nobody(season, tmp_path):
    """A byte order mark, line ends of Windows, other columns first."""
    seeds = tmp_path / "seeds"
    shutil.copytree(season, seeds)
    text = "\ufeffround_name,season,round_number\r\n"
    for row in read_seeds(season).rows["rounds"]:
        text += f"{row['round_name']},{row['season']},{row['round_number']}\r\n"
    (seeds / "rounds.csv").write_bytes(text.encode())
    assert read_seeds(seeds).rows["rounds"][0]["round_number"] == "1"


def test_the_projects_own_rows_fit_together():
    assert len(read_seeds(ROOT / "seeds").rows["round_races"]) > 100


def test_make_winners_refuses_before_anything_is_loaded_or_built(demo):
    sentence = change(demo.seeds, "a kind misspelt")
    done = make(
        "winners", f"DATA={demo.data}", f"SEEDS={demo.seeds}", f"SOURCE={demo.data}/race-data"
    )
    assert done.returncode != 0
    assert "Error 4" in done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not demo.built.exists()
    assert not demo.published.exists()


def test_a_build_by_hand_refuses_rows_that_were_not_checked(demo):
    assert demo.ingest(demo.data / "race-data").returncode == 0
    sentence = change(demo.seeds, "a kind misspelt")
    done = demo.build("--select", "stg_source")
    assert done.returncode != 0
    assert "Not checked yet, or changed since: seeds/prizes.csv." in done.stdout
    assert "python -m ingest.seeds" in done.stdout
    assert demo.publish().returncode == 1
    checked = demo.run("python", "-m", "ingest.seeds")
    assert checked.returncode == 4
    assert sentence in checked.stderr
    path = demo.seeds / "prizes.csv"
    path.write_text(path.read_text().replace("prizze", "prize"))
    assert demo.run("python", "-m", "ingest.seeds").returncode == 0
    assert demo.build("--select", "stg_source").returncode == 0


def test_rows_that_fit_are_noted_in_the_league_that_is_there_and_none_is_made(tmp_path):
    built, given = tmp_path / "build/league.duckdb", ["--data", str(tmp_path)]
    assert call(check_seeds, *given) == 0
    assert not built.exists()
    open_database(built)[0].close()
    assert call(check_seeds, *given) == 0
    with duckdb.connect(str(built)) as opened:
        noted = opened.execute("select seed from raw.seeds").fetchall()
    assert sorted(noted) == sorted((seed.stem,) for seed in (ROOT / "seeds").glob("*.csv"))


def test_a_board_that_nobody_knows_is_named(demo):
    path = demo.seeds / "round_races.csv"
    path.write_text(path.read_text().replace("2121-4-finale", "2121-4-finaIe"))
    done = demo.ingest(demo.data / "race-data")
    assert done.returncode == 0
    assert "In no catalogue and without a ranking" in done.stderr
    assert "2121-4-finaIe." in done.stderr


def test_rows_of_a_league_from_before_a_column_are_as_good_as_new_ones(demo, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(demo.seeds, older)
    (older / "round_quotas.csv").unlink()
    blocks = (older / "prize_blocks.csv").read_text().replace(",applies", "")
    (older / "prize_blocks.csv").write_text(blocks.replace(",from the next round", ""))
    read_seeds(older)
    project = project_with(older, tmp_path / "project")
    assert (project / "seeds/round_quotas.csv").read_text() == (
        "season,round_number,prize,quota\n"
    )
    first = (project / "seeds/prize_blocks.csv").read_text().splitlines()[:2]
    assert first == [
        "season,prize,held_prize,applies", "2121,finale_place,championship_seat,"
    ]  # fmt: skip


def test_a_column_is_also_known_by_its_former_name(demo, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(demo.seeds, older)
    names = (older / "prize_names.csv").read_text()
    assert names.startswith("prize,title,singular,plural")
    (older / "prize_names.csv").write_text(names.replace("singular,plural", "one,many"))
    read_seeds(older)
    project = project_with(older, tmp_path / "project")
    assert (project / "seeds/prize_names.csv").read_text() == names


def test_an_exception_for_all_does_not_pass_over_a_named_winner_in_silence(tmp_path):
    """The catalogue names 2020's race winners: no row of ours can take that away."""
    seeds = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    with (seeds / "exceptions.csv").open("a") as exceptions:
        exceptions.write("2020,yak,all,1,,ineligible,x\n")
    with pytest.raises(SeedError, match="the catalogue names who has race_winner of 2020"):
        read_seeds(seeds)
