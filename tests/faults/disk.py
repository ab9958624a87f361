"""Disk and rights: full, read-only, in the way, damaged, of another version.

A small disk of its own (tmpfs) needs the rights to mount one; without them it is left out,
and the table says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tests.faults.league import League, invented
from tests.faults.report import Tally

Damage = Callable[[Path], None]


def try_disk(work: Path, seed: int, short: bool) -> Tally:
    tally = Tally("Disk and rights")
    league = invented(work)
    code, said = league.run(league.command("winners"))
    if code:
        tally.add("undisturbed", f"exit code {code}", said[-400:])
        return tally
    for fault, (damage, allowed) in DAMAGES.items():
        if short and fault not in FEW:
            continue
        copy = _copy(league, work)
        damage(copy.data)
        _try(tally, fault, copy, allowed)
        if "stranger" in str(copy.published()):
            tally.failures.append(f"{fault}: readers are told what nobody published")
    if not short:
        for megabytes in (1, 4, 12, 16, 20):
            with _small_disk(work / "small", megabytes) as there:
                _try_small(tally, f"a disk of {megabytes} MB", work, there)
        _try_read_only(tally, work)
        _try_newer(tally, league, work)
        for name, code in OWNED.items():
            _try_owned(tally, league, work, name, code)
    return tally


def _copy(league: League, work: Path) -> League:
    copy = League(work, work / "copy")
    shutil.rmtree(copy.data, ignore_errors=True)
    shutil.copytree(league.data, copy.data, symlinks=True)
    return copy


def _try(tally: Tally, fault: str, league: League, allowed: set[int], *under: str) -> None:
    """under: a command that runs another one, and its options."""
    before = league.published()
    forced = ["--force"] if fault in MET_BY_A_BUILD else []
    code, said = league.run([*under, *league.command("winners"), *forced])
    after = league.published()
    broken = None
    if code not in allowed or "Traceback" in said:
        broken = f"exit code {code}, {said[-500:]}"
    elif code == 0 and not isinstance(after, list):
        broken = f"published, and cannot be read: {after}"
    elif code and after != before:
        broken = "what is published has changed"
    elif code and len(said.strip()) < 20:
        broken = "no sentence"
    tally.add(fault, f"{code}: {said.strip().splitlines()[-1][:140]}", broken)


def _garbage(name: str) -> Damage:
    return lambda data: (data / name).write_bytes(b"this is no database" * 1000) and None


def _half(name: str) -> Damage:
    def damage(data: Path) -> None:
        body = (data / name).read_bytes()
        (data / name).write_bytes(body[: len(body) // 2])

    return damage


def _folder_in_place_of(name: str) -> Damage:
    def damage(data: Path) -> None:
        path = data / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (path / "something").mkdir(parents=True)

    return damage


def _file_in_place_of(name: str) -> Damage:
    def damage(data: Path) -> None:
        shutil.rmtree(data / name, ignore_errors=True)
        (data / name).write_text("in the way")

    return damage


def _log_of_a_killed_writer(name: str) -> Damage:
    """As a shell leaves it that was killed before it had written its changes to the file."""

    def damage(data: Path) -> None:
        subprocess.run([sys.executable, "-c", KILLED_WRITER, str(data / name)], check=False)

    return damage


KILLED_WRITER = """
import os, sys, duckdb
opened = duckdb.connect(sys.argv[1])
opened.execute("update prize_winners set user_id = 'stranger', alias = 'stranger'")
os._exit(9)
"""


def _other_header(data: Path) -> None:
    """The number of the storage's version stands behind the checksum and `DUCK`."""
    path = data / "build/league.duckdb"
    body = bytearray(path.read_bytes())
    body[12:20] = (999).to_bytes(8, "little")
    path.write_bytes(body)


def _earlier_schema(data: Path) -> None:
    with duckdb.connect(str(data / "build/league.duckdb")) as database:
        database.execute(
            "drop macro raw.content; alter table raw.rankings drop column other_columns"
        )


def _gone(name: str) -> Damage:
    return lambda data: (
        shutil.rmtree(data / name) if (data / name).is_dir() else (data / name).unlink()
    )


DAMAGES: dict[str, tuple[Damage, set[int]]] = {
    "build database: no database": (_garbage("build/league.duckdb"), {1}),
    "build database: half of it": (_half("build/league.duckdb"), {1}),
    "build database: another number in its header": (_other_header, {1}),
    "build database: earlier raw tables": (_earlier_schema, {0}),
    "build database: gone": (_gone("build/league.duckdb"), {0}),
    "build database: a folder in its place": (_folder_in_place_of("build/league.duckdb"), {1}),
    "build database: a stale log beside it": (_garbage("build/league.duckdb.wal"), {0, 1}),
    "build database: the log of a killed writer": (
        _log_of_a_killed_writer("build/league.duckdb"),
        {0},
    ),
    "published: the log of a killed writer": (_log_of_a_killed_writer("league.duckdb"), {0}),
    "build: a file in its place": (_file_in_place_of("build"), {1}),
    "build/target: a file in its place": (_file_in_place_of("build/target"), {1}),
    "build/logs: a file in its place": (_file_in_place_of("build/logs"), {1}),
    "releases: a file in its place": (_file_in_place_of("releases"), {1}),
    "build/target: gone": (_gone("build/target"), {0}),
    "published: no database": (_garbage("league.duckdb"), {0}),
    "published: a stale log beside it": (_garbage("league.duckdb.wal"), {0}),
    "published: a folder in its place": (_folder_in_place_of("league.duckdb"), {1}),
    "published: gone": (_gone("league.duckdb"), {0}),
    "lock: a folder in its place": (_folder_in_place_of(".lock"), {1}),
}
# Where nothing is new nobody would notice.
MET_BY_A_BUILD = ("build/target: a file in its place", "build/logs: a file in its place")
# Files of somebody else, closed to all others: the exit code.
OWNED = {"build/league.duckdb": 1, "league.duckdb": 1, ".lock": 1, "build": 1}
FEW = ("build database: half of it", "build database: earlier raw tables")


@contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[Path | None]:
    """A disk of so many megabytes; none where nobody may mount one."""
    folder.mkdir(exist_ok=True)
    size = f"size={megabytes}m"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    try:
        yield folder if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def _try_small(tally: Tally, fault: str, work: Path, there: Path | None) -> None:
    if there is None:
        tally.add(fault, "skipped: may not mount a disk")
        return
    _try(tally, fault, League(work, there), {0, 1})


def _try_read_only(tally: Tally, work: Path) -> None:
    with _small_disk(work / "read-only", 8) as there:
        if there is None:
            tally.add("a read-only folder", "skipped: may not mount a disk")
            return
        subprocess.run(["mount", "-o", "remount,ro", str(there)], check=False)
        _try(tally, "a read-only folder", League(work, there), {1})


def _try_newer(tally: Tally, league: League, work: Path) -> None:
    """A really newer DuckDB, where pip finds one: its own file, and one it has written to."""
    newer = work / "newer"
    wanted = f"duckdb>{duckdb.__version__}"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(newer), wanted]
    if subprocess.run(pip, capture_output=True, check=False).returncode:
        tally.add("a newer DuckDB", f"skipped: pip finds no {wanted}")
        return
    for fault, keep, allowed in (("made", False, {1}), ("written to", True, {0, 1})):
        copy = _copy(league, work)
        file = copy.data / "build/league.duckdb"
        if not keep:
            file.unlink()
        sql = "create table by_newer as select 1 as a"
        said = subprocess.run(
            [sys.executable, "-c", BY_NEWER, str(newer), str(file), sql],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        _try(tally, f"build database: {fault} by DuckDB {said.strip()}", copy, allowed)


BY_NEWER = """
import sys
sys.path.insert(0, sys.argv[1])
import duckdb
with duckdb.connect(sys.argv[2]) as opened:
    opened.execute(sys.argv[3])
print(duckdb.__version__)
"""
SOMEBODY = 65534
# Root without the rights that make root pass everywhere.
AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown")


def _try_owned(tally: Tally, league: League, work: Path, name: str, code: int) -> None:
    fault = f"{name}: somebody else's, and closed"
    if os.geteuid() or not shutil.which("setpriv"):
        tally.add(fault, "skipped: only root may give a file away")
        return
    copy = _copy(league, work)
    os.chown(copy.data / name, SOMEBODY, SOMEBODY)
    (copy.data / name).chmod(0o700 if (copy.data / name).is_dir() else 0o600)
    _try(tally, fault, copy, {code}, *AS_ANYBODY)
