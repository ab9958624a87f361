"""The same files again elsewhere: the same bytes are published."""

from __future__ import annotations

import shutil

import pytest

from tests.faults.league import League, invented

pytestmark = pytest.mark.thorough
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
