"""What is built is decided by our commands alone, and dbt ends with them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from dbt.cli.params import KNOWN_ENV_VARS

from league import build
from publish import documentation
from tests.helpers.pipeline import ROOT, Pipeline

OWN = {
    *("DBT_PROJECT_DIR", "DBT_PROFILES_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH"),
    "DBT_USE_COLORS",
}
# dbt reads each by both of its names, the old and the new.
SETTINGS = {
    name
    for known in KNOWN_ENV_VARS
    for name in (known.name, known.old_name)
    if name and name.startswith("DBT_")
} | {"DBT_ENV_SECRET_TOKEN"}

# In the place of dbt.
NOTES_ITS_ENVIRONMENT = """
import json, os
json.dump(dict(os.environ), open("environment.json", "w"))
print("{}")
"""
GOES_ON = """
import os, time
open("pid", "w").write(str(os.getpid()))
time.sleep(600)
"""


@pytest.mark.parametrize(
    "start", [build.build, partial(build.show_problems, test="exceptions_are_known")]
)
def test_no_setting_of_the_caller_reaches_dbt(tmp_path, monkeypatch, start):
    for name in SETTINGS:
        monkeypatch.setenv(name, "of the caller")
    monkeypatch.setattr(build, "DBT", (sys.executable, "-c", NOTES_ITS_ENVIRONMENT))
    (tmp_path / "build").mkdir()
    (tmp_path / "build/league.duckdb").touch()
    start(tmp_path)
    seen = json.loads((tmp_path / "environment.json").read_text())
    assert {name for name in seen if name.startswith("DBT_")} == OWN
    assert "of the caller" not in seen.values()
    assert seen["DBT_PROJECT_DIR"] == str(ROOT)


def test_nor_does_it_reach_the_documentation(demo_built, tmp_path, monkeypatch):
    for name in SETTINGS:
        monkeypatch.setenv(name, "of the caller")
    page = """
import os
assert "of the caller" not in os.environ.values()
os.mkdir("build/target")
open("build/target/static_index.html", "w").write("<head>")
"""
    monkeypatch.setattr(documentation, "DBT", (sys.executable, "-c", page))
    shutil.copyfile(demo_built.published, tmp_path / "league.duckdb")
    documentation.document(tmp_path)
    assert (tmp_path / "docs/index.html").is_file()


def test_a_dbt_of_ones_own_reads_no_other_rows_than_the_data_was_loaded_for(
    demo_built, tmp_path, monkeypatch
):
    """Else plain dbt in the folder of `make demo` answers 0 winners by the rules of this league."""
    (tmp_path / "build").mkdir()
    shutil.copyfile(demo_built.built, tmp_path / "build/league.duckdb")
    # Only builds of ours have one.
    monkeypatch.setenv("LEAGUE_FINGERPRINT", "none")
    done = Pipeline(tmp_path).build()
    said = " ".join(done.stdout.split())
    assert done.returncode
    assert f"was loaded for the rows in {demo_built.seeds.resolve()}" in said
    assert str(ROOT / "seeds") in said


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_dbt_ends_with_the_command_that_is_stopped(tmp_path, number, code):
    command = f"""
import sys
from pathlib import Path
from league.errors import ended
from league import build
build.DBT = (sys.executable, "-c", {GOES_ON!r})
sys.exit(ended("league", lambda: build.build(Path({str(tmp_path)!r}))))
"""
    running = subprocess.Popen(
        [sys.executable, "-c", command], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 60
    while not _text(tmp_path / "pid") and time.monotonic() < until:
        time.sleep(0.01)
    running.send_signal(number)
    _, output = running.communicate(timeout=60)
    assert (running.returncode, output.count("\n")) == (code, 1)
    assert "What was published before is as it was" in output
    with pytest.raises(ProcessLookupError):
        os.kill(int(_text(tmp_path / "pid")), 0)


def _text(file: Path) -> str:
    return file.read_text() if file.is_file() else ""


@pytest.mark.parametrize(
    "options",
    [
        ["--empty"],
        ["--sample=1 day"],
        ["--event-time-start=2121-01-01", "--event-time-end=2121-12-31"],
    ],
)
def test_a_build_that_left_rows_out_is_not_published(league, options):
    league.build(*options, "--select", "stg_catalogue")
    done = league.publish()
    assert done.returncode == 1
    assert f"rows were left out by {options[0].split('=')[0]}" in done.stderr


def test_nodes_of_another_package_do_not_count(league):
    league.build("--select", "stg_catalogue")
    assert "not run" in league.publish().stderr, "a build of a part is not published"
    before = league.ask("select not_passed from build.proof", league.built)
    package = league.project / "dbt_packages/other"
    (package / "seeds").mkdir(parents=True)
    (package / "seeds/unchecked.csv").write_text("a\n1\n")
    (package / "dbt_project.yml").write_text("name: other\nconfig-version: 2\n")
    (league.project / "packages.yml").write_text("packages: [{local: dbt_packages/other}]\n")
    done = league.build("--select", "stg_catalogue", "unchecked")
    assert done.returncode == 0, done.stdout
    assert league.ask("select not_passed from build.proof", league.built) == before
