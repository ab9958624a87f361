"""The same files give the same bytes: in any order, zone, locale, folder and hash seed."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

from tests.faults.league import League, invented
from tests.faults.report import Tally

MOMENT = {"SOURCE_DATE_EPOCH": "1700000000"}
WAYS = {
    "again": {},
    "another time zone": {"TZ": "Pacific/Kiritimati"},
    "another locale": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "another hash seed": {"PYTHONHASHSEED": "4711"},
    "no HOME": {"HOME": ""},
}
FOLDERS = ("parquet", "csv", "site")
# DuckDB gives every file an id of its own, and the page tells the file's checksum.
NEVER_THE_SAME = ("site/download/league.duckdb", "site/download.html")


def try_order(work: Path, seed: int, short: bool) -> Tally:
    tally = Tally("Order, time and place")
    league = invented(work)
    first = _published(tally, "once", league, league.data, {})
    for way, environment in list(WAYS.items())[: 1 if short else None]:
        found = _published(tally, way, league, work / "another folder" / way, environment)
        _compare(tally, way, first, found)
    if not short:
        shutil.move(work / "race-data", work / "moved")
        shutil.copytree(work / "moved", work / "race-data")
        found = _published(tally, "files anew", league, work / "anew", {})
        _compare(tally, "files written anew, elsewhere on the disk", first, found)
    return tally


def _published(
    tally: Tally, way: str, league: League, data: Path, environment: dict[str, str]
) -> dict[str, str]:
    there = League(league.folder, data)
    code, said = there.run(there.command("publish"), **MOMENT, **environment)
    if code:
        tally.add(way, f"exit code {code}", said[-300:])
    return {
        f"{folder}/{path.relative_to(data / folder)}": sha256(path.read_bytes()).hexdigest()
        for folder in FOLDERS
        for path in sorted((data / folder).rglob("*"))
        if path.is_file()
    }


def _compare(tally: Tally, way: str, first: dict[str, str], found: dict[str, str]) -> None:
    names = (first.keys() | found.keys()) - set(NEVER_THE_SAME)
    differ = sorted(name for name in names if first.get(name) != found.get(name))
    seen = f"{len(names) - len(differ)} of {len(names)} files have the same bytes"
    tally.add(way, seen, f"{len(differ)} differ: {differ[:5]}" if differ else None)
