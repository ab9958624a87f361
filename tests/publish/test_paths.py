"""A folder is the folder that its name names, whatever is in the name."""

from __future__ import annotations

from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner

from league.cli import options
from league.paths import data_folder, literal
from publish.database import open_published

ODD = ("season=2121", "date=2026-11-29", "league [copy]", "what*", "a{b,c}", "who?")


@pytest.mark.parametrize("name", ODD)
def test_a_path_means_one_file_in_any_folder(tmp_path, name):
    with duckdb.connect(str(tmp_path / "a.duckdb")) as database:
        database.execute("create table here as select 1 as a")
        # What a pattern would find as well.
        for folder in ("what2", "league c", "whom"):
            (tmp_path / folder).mkdir()
            other = str(tmp_path / folder / "table.parquet")
            database.execute("copy (select 2 as a) to $there", {"there": other})
    file = tmp_path / name / "table.parquet"
    file.parent.mkdir()
    # It may write only there.
    with open_published(tmp_path / "a.duckdb", file.parent) as opened:
        opened.execute("copy here to $there (format parquet)", {"there": str(file)})
    read = "from read_parquet(?, hive_partitioning = false)"
    assert duckdb.execute(read, [literal(file)]).fetchall() == [(1,)]


def test_a_tilde_is_the_home_folder_and_spaces_stay_also_by_make(tmp_path):
    @click.command()
    @options("data", "seeds")
    def show(data: Path, seeds: Path) -> None:
        click.echo(f"{data} {seeds}")

    # Where make hands its variables on.
    variables = {"HOME": str(tmp_path), "LEAGUE_SEEDS": "~/a  b"}
    done = CliRunner().invoke(show, ["--data", "~/data"], env=variables)
    assert done.output == f"{tmp_path}/data {tmp_path}/a  b\n"


def test_a_folder_that_duckdb_cannot_write_to_is_refused_in_a_sentence():
    with pytest.raises(click.BadParameter, match="Expected a folder without `\\?`"):
        data_folder("/tmp/who?/data")
    assert data_folder("data") == Path("data").absolute()
