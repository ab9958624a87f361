"""What readers of the published database may rely on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import duckdb

from ingest.history import load as history_load
from ingest.source import final_ranking
from league.errors import Stopped, ended
from league.fictional_season import fictional_arn
from tests.helpers.invented_archive import BOARD, moment, snapshot, write_folder
from tests.helpers.pipeline import Pipeline


def ingest(league: Pipeline):
    return league.ingest(league.data / "race-data")


def state(league: Pipeline) -> tuple[int, bytes]:
    return league.published.stat().st_ino, league.published.read_bytes()


def test_a_copy_attached_under_another_name_can_be_read(demo_built, tmp_path):
    copy = tmp_path / "league (1).duckdb"
    shutil.copyfile(demo_built.published, copy)
    with duckdb.connect() as opened:
        opened.execute(f"attach '{copy}' as mine (read_only)")
        count = "select count(*) > 100 from mine.staging.stg_rankings"
        assert opened.execute(count).fetchall() == [(True,)], "without being the default"
        opened.execute("use mine")
        views = opened.execute(
            "select concat_ws('.', schema_name, view_name) from duckdb_views() "
            "where not internal and database_name = current_database()"
        ).fetchall()
        assert len(views) > 5
        for (view,) in views:
            opened.execute(f"select count(*) from {view}").fetchall()
        for question in ("standings_at('arn', '2031-01-01')", "racer_story('arn', 'ada')"):
            assert opened.execute(f"select count(*) from {question}").fetchall() == [(0,)]


def test_a_load_without_a_build_is_not_published_unless_it_is_of_the_same_files(league):
    assert ingest(league).returncode == 0
    assert league.publish().returncode == 0
    before = state(league)
    file = league.data / "race-data" / final_ranking(fictional_arn("2121-1-Pro-qualifier"))
    file.write_text(file.read_text().replace("Fictional", "Renamed"))
    assert ingest(league).returncode == 0
    done = league.publish()
    assert done.returncode == 1
    assert "newer than the data" in done.stderr
    assert state(league) == before


def test_a_build_that_was_killed_is_not_published(league):
    """dbt's results beside the database are those of the build before: all passed."""
    before = state(league)
    prizes = league.seeds / "prizes.csv"
    prizes.write_text(prizes.read_text().replace(",10,", ",9,"))
    assert ingest(league).returncode == 0
    log = league.data / "build/killed"
    building = subprocess.Popen(
        [str(Path(sys.executable).with_name("dbt")), "--quiet", "build"],
        # As it was built before, so that nothing is parsed again.
        cwd=league.data,
        env={
            **os.environ,
            "LEAGUE_DATA": ".",
            "DBT_PROJECT_DIR": str(league.project),
            "DBT_PROFILES_DIR": str(league.project),
            "DBT_TARGET_PATH": str(league.data / "build/target"),
            "DBT_LOG_PATH": str(log),
        },
    )
    while "START sql table" not in _text(log / "dbt.log"):
        assert building.poll() is None, "the build ended before it was killed"
        time.sleep(0.05)
    building.kill()
    building.wait()
    done = league.publish()
    assert done.returncode == 1
    assert "stopped before its end" in done.stderr
    assert state(league) == before


def _text(file: Path) -> str:
    return file.read_text() if file.is_file() else ""


def test_a_reader_blocks_nobody_and_keeps_what_it_opened(league):
    with duckdb.connect(str(league.published), read_only=True) as reader:
        count = "select count(*) from finale_attendance_summary"
        before = reader.execute(count).fetchone()
        with duckdb.connect(str(league.built)) as built:
            built.execute("delete from finale_attendance_summary")
        assert league.publish().returncode == 0
        assert reader.execute(count).fetchone() == before == (1,)
    assert league.ask(count) == [(0,)]


def test_a_quote_in_the_name_of_a_folder_is_no_sql_and_no_byte_tells_the_folder(
    demo_built, tmp_path
):
    copy = tmp_path / "it's; drop table x; --"
    shutil.copytree(demo_built.data, copy, symlinks=True)
    league = Pipeline(copy, copy / "project")
    assert league.publish().returncode == 0
    assert league.ask("select source from raw.source") == [("a local copy",)]
    folder = str(demo_built.data / "race-data").encode()
    assert folder in demo_built.built.read_bytes()
    assert folder not in league.published.read_bytes()


def test_neither_a_stale_log_nor_what_no_model_makes_any_more_comes_back(league):
    wal = league.published.with_name("league.duckdb.wal")
    wal.write_bytes(b"left behind by a shell that was killed")
    with duckdb.connect(str(league.built)) as built:
        built.execute("create table main.last_years_winners as select 1 as x")
        built.execute("create view staging.stg_old as select 1 as x")
    assert league.publish().returncode == 0
    assert not wal.exists()
    assert league.ask("select count(*) from evo_winners") == [(40,)]
    old = (
        "from information_schema.tables where table_name in ('last_years_winners', 'stg_old')"
    )
    assert league.ask(old) == []


def test_a_history_that_was_stopped_half_way_is_not_published(league, monkeypatch):
    before = state(league)
    hours = {f"{BOARD}/{moment(1)}.csv": snapshot("1,Ann,1,9000,a")}
    archive = write_folder(league.data / "hours", hours)

    def stop(*_: object) -> None:
        raise Stopped(signal.SIGINT)

    monkeypatch.setattr(history_load, "insert_board", stop)
    load = partial(history_load.load_history, league.built, archive)
    assert ended("history", load) == 130
    stopped = league.publish()
    assert stopped.returncode == 1
    assert "Expected the complete history" in stopped.stderr
    assert state(league) == before
