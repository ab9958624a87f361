"""make what-if: other rows for seeds/, built aside, and who gains and who loses."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import duckdb
import pytest

from league.build import project_with
from league.cli import what_if
from publish.winners import read_awards
from tests.helpers.models import run_models
from tests.helpers.pipeline import ROOT, Pipeline, call


def ask(
    league: Pipeline, rules: Path | str, *more: str, like: Pipeline | None = None
) -> subprocess.CompletedProcess:
    """What `make what-if` does and says, by a dbt that is warm.

    like: an answer that dbt has built; its models are run on the other rows, without dbt.
    """

    def build(data: Path, seeds: Path, more_models: Path) -> int:
        if like:
            shutil.copytree(
                like.data / "build/target", data / "build/target", dirs_exist_ok=True
            )
            run_models(data / "build/league.duckdb", like, seeds)
            return 0
        project = project_with(seeds, data / "build/project", more_models)
        done = Pipeline(data, project).build("--exclude-resource-type", "unit_test")
        print(done.stdout, file=sys.stderr)
        return done.returncode

    asked = ["--rules", str(rules), "--data", str(league.data), "--seeds", str(league.seeds)]
    asked += more
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
        patched.setattr("league.what_if.build", build)
        code = call(what_if, *asked)
    return subprocess.CompletedProcess(asked, code, out.getvalue(), err.getvalue())


def rules(folder: Path, league: Pipeline, seed: str, old: str = "", new: str = "") -> Path:
    """A folder with one seed of the league in which `old` became `new`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(league.seeds / seed, folder / seed)
    replace(folder / seed, old, new)
    return folder


def state(league: Pipeline) -> tuple[str, set[str]]:
    """What must not change: the published file, and what else lies beside it."""
    beside = {path.name for path in league.data.iterdir() if path.name != "what-if"}
    return hashlib.sha256(league.published.read_bytes()).hexdigest(), beside


@pytest.fixture(scope="module")
def more_cars(demo_built, tmp_path_factory):
    """The fictional season with twelve cars a round, not ten."""
    folder = tmp_path_factory.mktemp("rules") / "more-cars"
    before = state(demo_built)
    done = ask(
        demo_built, rules(folder, demo_built, "prizes.csv", "evo,prize,,10", "evo,prize,,12")
    )
    assert done.returncode == 0, done.stderr
    return done, Pipeline(demo_built.data / "what-if/more-cars"), before


def test_the_published_answer_is_untouched_and_both_databases_are_left(demo_built, more_cars):
    _, asked, before = more_cars
    assert state(demo_built) == before
    cars = "select count(*) from evo_winners where round_number = 1"
    assert (demo_built.ask(cars), asked.ask(cars)) == ([(10,)], [(12,)])
    remarks = [read_awards(league.published)[1] for league in (demo_built, asked)]
    assert ["Nobody won this." in remark for remark in remarks] == [False, True]


def test_the_table_of_changes_names_exactly_who_has_another_award(demo_built, more_cars):
    _, asked, _ = more_cars
    winners = "select user_id, min(round_number) from evo_winners group by user_id"
    before, after = dict(demo_built.ask(winners)), dict(asked.ask(winners))
    expected = {
        (user_id, before.get(user_id), after.get(user_id))
        for user_id in {*before, *after}
        if before.get(user_id) != after.get(user_id)
    }
    changes = asked.ask(
        "select user_id, round_number_before, round_number_after from what_if_changes"
    )
    assert len(changes) == len(expected) > 2
    assert set(changes) == expected
    assert asked.ask(
        "select distinct change from what_if_changes where round_number_before is null"
    ) == [("moved up",)]


def test_it_prints_who_gains_with_the_sentence_and_the_limit(more_cars):
    done, asked, _ = more_cars
    lines = [line for line in done.stdout.splitlines() if line.startswith("│")]
    changes = asked.ask("select alias, change, sentence from what_if_changes")
    assert len(lines) == 1 + len(changes)
    for change in changes:
        assert any(all(f" {part} " in line for part in change) for line in lines), change
    assert ": 12 are given, not 10." in done.stdout
    assert "Races are taken as they were run" in done.stdout
    assert "what-if/more-cars/league.duckdb" in done.stdout


def test_an_exception_changes_what_prize_changes_says(demo_built, more_cars, tmp_path):
    ((first,),) = demo_built.ask(
        "select user_id from evo_winners where round_number = 1 and award_number = 1"
    )
    folder = rules(tmp_path / "declined", demo_built, "exceptions.csv")
    with (folder / "exceptions.csv").open("a", encoding="utf-8") as rows:
        rows.write(f"2121,{first},all,1,,declined,https://example.org/letter\n")
    done = ask(demo_built, folder, like=more_cars[1])
    assert done.returncode == 0, done.stderr
    asked = Pipeline(demo_built.data / "what-if/declined")
    changes = asked.ask("from what_if_changes")
    assert changes and changes == asked.ask("from prize_changes")
    assert ": declined." in done.stdout


def test_the_same_rules_change_nothing_and_say_so(demo_built, more_cars, tmp_path):
    same = rules(tmp_path / "same", demo_built, "prizes.csv")
    done = ask(demo_built, same, like=more_cars[1])
    assert done.returncode == 0, done.stderr
    assert "No one gains or loses" in done.stdout
    asked = Pipeline(demo_built.data / "what-if/same")
    assert asked.ask("from what_if_changes") == []


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


BOARD = "arn:aws:deepracer:fictional::leaderboard/"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (shutil.rmtree, "found no folder"),
        (lambda wrong: [file.unlink() for file in wrong.iterdir()], "found none"),
        (lambda wrong: (wrong / "a.csv").touch(), "found a.csv"),
        (
            lambda wrong: replace(wrong / "prizes.csv", "evo,prize,,10", "evo,prize,,0"),
            'quota is "0"; expected a number from 1 on',
        ),
        (
            lambda wrong: replace(wrong / "round_races.csv", BOARD, f"{BOARD}un"),
            f"not loaded: {BOARD}un",
        ),
    ],
)
def test_a_wrong_folder_ends_in_a_sentence(demo_built, tmp_path, spoil, sentence):
    wrong = tmp_path / "wrong"
    for seed in ("prizes.csv", "round_races.csv"):
        rules(wrong, demo_built, seed)
    spoil(wrong)
    before = state(demo_built)
    done = ask(demo_built, wrong)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert "gains" not in done.stdout
    assert state(demo_built) == before
    assert not (demo_built.data / "what-if/wrong/league.duckdb").exists()


def test_rules_are_not_read_from_where_the_answer_goes(demo_built):
    inside = rules(demo_built.data / "what-if/inside", demo_built, "prizes.csv")
    assert "Expected RULES outside of" in ask(demo_built, inside).stderr


def test_without_rules_or_a_published_answer_it_says_what_is_missing(demo_built, tmp_path):
    with pytest.raises(click.UsageError, match="Expected RULES="):
        call(what_if, "--data", str(demo_built.data))
    refused = ask(
        Pipeline(tmp_path / "empty", demo_built.project),
        rules(tmp_path / "same", demo_built, "prizes.csv"),
    )
    assert "Run `make winners` first" in refused.stderr
    assert refused.returncode == 1


def test_a_database_that_looks_back_is_refused(demo_built, tmp_path):
    folder = rules(tmp_path / "same", demo_built, "prizes.csv")
    data = tmp_path / "then"
    data.mkdir()
    shutil.copy(demo_built.published, data)
    with duckdb.connect(str(data / "league.duckdb")) as database:
        database.execute("update raw.source set as_of_utc = '2121-04-01'")
    done = ask(Pipeline(data, demo_built.project), folder)
    assert "AS_OF and RULES do not go together" in done.stderr


def test_the_documented_example_ends_as_it_says(archive, more_cars, tmp_path):
    """On the real archive: the commands of docs/what-if.md, and what they print."""
    text = (ROOT / "docs/what-if.md").read_text(encoding="utf-8")
    _, commands = text.split("```sh\n")
    _, printed = text.split("```text\n")
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    *prepare, command = commands.split("```")[0].splitlines()
    subprocess.run("\n".join(prepare), shell=True, cwd=tmp_path, check=True)
    assert command == "make what-if RULES=eight-cars"
    done = ask(archive, tmp_path / "eight-cars", like=more_cars[1])
    assert done.returncode == 0, done.stderr
    output = done.stdout.replace(f"{archive.data}/", "data/")
    assert output.endswith(printed.split("```")[0])
