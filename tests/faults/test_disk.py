"""Disk, rights and homes: the old stays or the new is there, and a sentence says why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.faults.league import League, invented

pytestmark = pytest.mark.thorough
Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> League:
    league = invented(tmp_path_factory.mktemp("disk"))
    code, printed = league.run(league.command("winners"))
    assert code == 0, printed
    return league


def run_winners(league: League, *under: str, force: bool = False) -> int:
    """The exit code of `winners`, once what was promised was kept.

    under: a command that runs another one, and its options."""
    before = as_read(league)
    code, printed = league.run(
        [*under, *league.command("winners"), *(["--force"] if force else [])]
    )
    assert "Traceback" not in printed
    if code:
        assert len(printed.strip()) > 20
        assert as_read(league) == before
    else:
        assert league.published()
    return code


def as_read(league: League) -> object:
    """What a reader sees of it, if only an error."""
    try:
        return league.published()
    except duckdb.Error as broken:
        return str(broken)


def garbage(path: Path) -> None:
    path.write_bytes(b"this is no database" * 1000)


def half(path: Path) -> None:
    body = path.read_bytes()
    path.write_bytes(body[: len(body) // 2])


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def folder_instead(path: Path) -> None:
    remove(path)
    (path / "something").mkdir(parents=True)


def file_instead(path: Path) -> None:
    remove(path)
    path.write_text("in the way")


def log_of_a_killed_writer(path: Path) -> None:
    """As a shell leaves it that was killed before it had written its changes to the file."""
    change = "update prize_winners set user_id = 'stranger', alias = 'stranger'"
    kill = f"opened.execute({change!r}); os._exit(9)"
    open_it = f"import os, duckdb; opened = duckdb.connect({str(path)!r})"
    subprocess.run([sys.executable, "-c", f"{open_it}; {kill}"], check=False)


def other_header(path: Path) -> None:
    """The number of the storage's version stands behind the checksum and `DUCK`."""
    body = bytearray(path.read_bytes())
    body[12:20] = (999).to_bytes(8, "little")
    path.write_bytes(body)


def earlier_tables(path: Path) -> None:
    with duckdb.connect(str(path)) as database:
        database.execute("drop macro if exists raw.content")
        database.execute("alter table raw.rankings drop column other_columns")


# What is damaged, how, and the exit codes of `winners` then.
DAMAGES: dict[str, tuple[str, Damage, set[int]]] = {
    "build database: no database": ("build/league.duckdb", garbage, {1}),
    "build database: half of it": ("build/league.duckdb", half, {1}),
    "build database: another number in its header": ("build/league.duckdb", other_header, {1}),
    "build database: earlier raw tables": ("build/league.duckdb", earlier_tables, {0}),
    "build database: gone": ("build/league.duckdb", remove, {0}),
    "build database: a folder instead": ("build/league.duckdb", folder_instead, {1}),
    "build database: a stale log beside it": ("build/league.duckdb.wal", garbage, {0, 1}),
    "build database: the log of a killed writer": (
        "build/league.duckdb", log_of_a_killed_writer, {0},
    ),
    "published: the log of a killed writer": ("league.duckdb", log_of_a_killed_writer, {0}),
    "published: no database": ("league.duckdb", garbage, {0}),
    "published: a stale log beside it": ("league.duckdb.wal", garbage, {0}),
    "published: a folder instead": ("league.duckdb", folder_instead, {1}),
    "published: gone": ("league.duckdb", remove, {0}),
    "build: a file instead": ("build", file_instead, {1}),
    "build/target: a file instead": ("build/target", file_instead, {1}),
    "build/target: gone": ("build/target", remove, {0}),
    "build/logs: a file instead": ("build/logs", file_instead, {1}),
    "lock: a folder instead": (".lock", folder_instead, {1}),
}  # fmt: skip
# Where nothing is new, they would not be noticed.
MET_BY_A_BUILD = ("build/target: a file instead", "build/logs: a file instead")


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_folder_of_data_is_mended_or_left_as_it_is(name, built, tmp_path):
    league = built.copy(tmp_path / "data")
    path, damage, codes = DAMAGES[name]
    damage(league.data / path)
    assert run_winners(league, force=name in MET_BY_A_BUILD) in codes
    assert "stranger" not in str(as_read(league))


@pytest.fixture
def small_disk(request, tmp_path) -> Iterator[Path]:
    """A disk of some megabytes."""
    size = f"size={request.param}m"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs the right to mount a disk")
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=False)


@pytest.mark.parametrize("small_disk", [1, 4, 12, 16, 20], indirect=True)
def test_a_full_disk_ends_in_a_sentence(small_disk, built):
    assert run_winners(League(built.folder, small_disk)) in (0, 1)


@pytest.mark.parametrize("small_disk", [8], indirect=True)
def test_a_read_only_folder_ends_in_a_sentence(small_disk, built):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert run_winners(League(built.folder, small_disk)) == 1


only_root = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root to be somebody else"
)


@only_root
@pytest.mark.parametrize("name", ["build/league.duckdb", "league.duckdb", ".lock", "build"])
def test_what_is_closed_to_us_ends_in_a_sentence(name, built, tmp_path):
    league = built.copy(tmp_path / "data")
    path = league.data / name
    os.chown(path, 65534, 65534)
    path.chmod(0o700 if path.is_dir() else 0o600)
    # Root without the rights that let root in everywhere.
    rights = "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown"
    assert run_winners(league, "setpriv", rights) == 1


HOMELESS = ("env", "-u", "HOME", "-u", "USER", "-u", "LOGNAME")
# A number that no account has, which may still read what root may: the installed packages.
RIGHTS = "+dac_read_search,+dac_override"
STRANGER = (
    *("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"),
    *(f"--inh-caps={RIGHTS}", f"--ambient-caps={RIGHTS}", *HOMELESS),
)


@pytest.fixture(scope="module")
def clone(built) -> Path:
    """A git clone of the archive, which has hours."""
    archive, clone = built.folder / "race-data", built.folder / "clone"
    me = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*me, "commit", "-qm", "hours"]):
        subprocess.run(["git", "-C", str(archive), *command], check=True)
    subprocess.run(["git", "clone", "-q", "--bare", str(archive), str(clone)], check=True)
    shutil.rmtree(archive / ".git")
    return clone


@pytest.mark.parametrize(
    "user", [pytest.param(HOMELESS, id="no HOME"), pytest.param(STRANGER, marks=only_root)]
)
def test_every_command_runs_without_a_home(user, built, clone, tmp_path):
    tmp_path.chmod(0o777)
    built.folder.chmod(0o777)
    # pytest closes its folders to others, and DuckDB asks without the rights above.
    for folder in tmp_path.parents:
        if folder.name.startswith(("pytest-", "popen-")):
            folder.chmod(0o755)
    league = League(built.folder, tmp_path / "data")
    seeds = str(built.folder / "seeds")
    what_if = [sys.executable, "-m", "league", "what-if", "--data", str(league.data)]
    for command in (
        league.command("winners"),
        league.command("publish"),
        league.command("history", clone.name),
        [*league.command("winners"), "--as-of", "2121-05-01T02:00:00Z"],
        [*what_if, "--seeds", seeds, "--rules", seeds],
    ):
        code, printed = league.run([*user, *command])
        assert code == 0, printed
        assert league.published()
