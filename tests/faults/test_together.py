"""Two commands at once, readers while it is published, the same files again elsewhere."""

from __future__ import annotations

import shutil
import sys

import pytest

from tests.faults.league import League, invented

pytestmark = pytest.mark.thorough
PUBLISHES, READERS = 50, 20


@pytest.fixture
def league(tmp_path) -> League:
    league = invented(tmp_path)
    code, printed = league.run(league.command("winners"))
    assert code == 0, printed
    return league


@pytest.mark.parametrize("other", ["winners", "publish"])
def test_of_two_commands_the_second_waits_and_both_end_well(other, league):
    running = [
        league.start(league.command("winners")),
        league.start(league.command(other, "other")),
    ]
    printed = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], printed
    assert sum("waiting until it ends" in text for text in printed) == 1
    assert league.published()


HOLD = """
import duckdb, sys, time
held = duckdb.connect(sys.argv[1])
print("open", flush=True)
time.sleep(600)
"""


def test_a_build_database_that_is_open_elsewhere_is_named_in_a_sentence(league):
    path = str(league.data / "build/league.duckdb")
    shell = league.start([sys.executable, "-c", HOLD, path])
    shell.stdout.readline()
    code, printed = league.run(league.command("winners"))
    shell.kill()
    shell.wait()
    assert code == 1
    assert "found it open in" in printed and "Traceback" not in printed


# Twice in one connection, with publishes between: what it has opened stays as it was.
READ = """
import duckdb, os, sys, time
path, stop = sys.argv[1:]
seen, reads = set(), 0
while not os.path.exists(stop):
    with duckdb.connect(path, read_only=True) as opened:
        ask = "select list(prize_winners order by all) from prize_winners"
        first = opened.execute(ask).fetchall()
        time.sleep(1)
        assert opened.execute(ask).fetchall() == first, "another content in one connection"
    seen.add(hash(str(first)))
    reads += 2
print(reads, *seen)
"""


def test_every_reader_sees_one_of_two_builds_and_all_of_it(league, tmp_path):
    built, stop = league.data / "build/league.duckdb", tmp_path / "stop"
    builds = []
    for source in ("race-data", "other"):
        assert league.run(league.command("winners", source))[0] == 0
        builds.append(built.read_bytes())
    read = [sys.executable, "-c", READ, str(league.data / "league.duckdb"), str(stop)]
    readers = [league.start(read, PYTHONHASHSEED="0") for _ in range(READERS)]
    publish = [sys.executable, "-m", "publish", "--data", str(league.data)]
    publish += ["--target", str(league.data / "build/target")]
    for turn in range(PUBLISHES):
        built.write_bytes(builds[turn % 2])
        assert league.run(publish)[0] == 0
    stop.touch()
    printed = [reader.communicate()[0] for reader in readers]
    assert all(reader.returncode == 0 for reader in readers), printed
    seen = {content for text in printed for content in text.split()[1:]}
    assert len(seen) == 2


WAYS = {
    "again": {},
    "another time zone": {"TZ": "Pacific/Kiritimati"},
    "another locale": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "another hash seed": {"PYTHONHASHSEED": "4711"},
    "no HOME": {"HOME": ""},
    "files written again": {},
}


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> League:
    league = invented(tmp_path_factory.mktemp("published"))
    code, printed = league.run(league.command("publish"))
    assert code == 0, printed
    return league


@pytest.mark.parametrize("way", WAYS)
def test_the_same_files_give_the_same_bytes(way, published, tmp_path):
    if way == "files written again":
        shutil.copytree(published.folder / "race-data", tmp_path / "race-data")
        shutil.copytree(published.folder / "seeds", tmp_path / "seeds")
        league = League(tmp_path, tmp_path / "data")
    else:
        league = League(published.folder, tmp_path / "data")
    code, printed = league.run(league.command("publish"), **WAYS[way])
    assert code == 0, printed
    assert league.files() == published.files()
    assert league.published() == published.published()
