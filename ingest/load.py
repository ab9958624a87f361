"""Load a catalogue and final rankings into schema `raw`: one transaction, or nothing.

DuckDB reads the rows (`file.insert`), judge.sql says what is wrong with them, outcomes.sql
keeps what is right.
"""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest.database import transaction
from ingest.errors import BadFile, IngestError
from ingest.file import NO_USER_ID, File, find_issue, insert, inspect
from ingest.source import (
    ARN,
    CATALOGUE,
    PINNED_REF,
    Source,
    final_ranking,
    is_web,
    public_source,
)

# Git's ids of upstream's files in the commit PINNED_REF: facts about its tree, as `git ls-tree`
# gives them; no part of the data.
PINNED_FILES = Path(__file__).with_name("pinned_files.csv")
NO_CATALOGUE = "Without the catalogue nothing can be loaded; mend it, or check SOURCE and REF."
MAY_BE_ACCEPTED = (
    "Nothing was loaded. If that is right, because the archive did change or you want another "
    "state of it, run again with ACCEPT_CHANGES=1 (--accept-changes)."
)
# What judge.sql reads beside schema raw.
TEMP_TABLES = {
    "files": {
        **dict.fromkeys(("file", "leaderboard_arn", "path", "state"), "varchar"),
        **dict.fromkeys(("sha256", "git_blob", "last_line"), "varchar"),
        **dict.fromkeys(("expected", "found", "place", "advice"), "varchar"),
        "position": "integer",
        "size": "bigint",
        "new_columns": "varchar[]",
        "is_new": "boolean",
        "ends_with_newline": "boolean",
    },
    "round_races": dict.fromkeys(["season", "race", "leaderboard_arn"], "varchar"),
    "prize_lines": dict.fromkeys(["season", "prize", "race"], "varchar"),
    "prizes": dict.fromkeys(["season", "prize", "evidence"], "varchar"),
}

# Column -> cell, by file; every cell as text.
Seeds = dict[str, list[dict[str, str]]]


def read_seeds(folder: Path) -> Seeds:
    """The rows that say which boards are required; none of a file that is missing.

    Raises IngestError where there is no folder, or a file cannot be read.
    """
    if not folder.is_dir():
        raise IngestError(
            f"Expected SEEDS= (--seeds) as a folder with the rows of a league, found none at {folder}."
        )
    seeds = {name: _rows(folder / f"{name}.csv") for name in ("prize_lines", "prizes")}
    boards = _rows(folder / "round_races.csv")
    # Only an Arn may become a path.
    seeds["round_races"] = [
        row for row in boards if ARN.fullmatch(row.get("leaderboard_arn") or "")
    ]
    return seeds


def _rows(file: Path) -> list[dict[str, str]]:
    if not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        try:
            return list(csv.DictReader(lines, restval=""))
        except csv.Error as refused:
            raise IngestError(f"{file}: expected a CSV file, found: {refused}.") from refused


def load(
    database: duckdb.DuckDBPyConnection,
    source: Source,
    seeds: Seeds,
    accept_changes: bool = False,
    seeds_folder: str | None = None,
) -> list[File]:
    """Make schema `raw` hold exactly what `source` has: its catalogue, and the final rankings of
    all boards in it and in the seed round_races. Returns these files, the catalogue first.

    What became of each is in the temp tables `outcomes` and `issues` as well.

    accept_changes: load what is less than it was before (see judge.sql). seeds_folder: where
    the seeds lie; none for those of this project.

    Raises IngestError where the catalogue cannot be had or understood or is not complete; then
    nothing has changed.
    """
    # Rows are read one file after the other: a second thread only waits.
    database.execute("set threads = 1")
    # Finding out how each column compresses best takes a third of the load, and saves
    # half of the file: 13 MB, and 154 MB at ten times the racers.
    database.execute("set force_compression = 'uncompressed'")
    # A folder's name stays in the build database; an address may hold a token.
    name = public_source(source.name) if is_web(source.name) else source.name
    variables = {
        "now": _this_moment(), "source": name, "ref": source.ref, "catalogue": CATALOGUE,
        "arn": ARN.pattern, "pinned_ref": PINNED_REF, "no_user_id": NO_USER_ID,
        "accept_changes": accept_changes, "seeds": seeds_folder,
        "pinned_files": str(PINNED_FILES),
    }  # fmt: skip
    for variable, value in variables.items():
        database.execute(f"set variable {variable} = ?", [value])
    for seed, rows in seeds.items():
        _make_temp(database, seed, rows)
    database.execute(_sql("words.sql"))
    source.fetch([CATALOGUE])
    catalogue = inspect(source.folder, CATALOGUE)
    try:
        arns = _read_catalogue(database, catalogue)
        arns += [row["leaderboard_arn"] for row in seeds["round_races"]]
        boards = {final_ranking(arn): arn for arn in arns}
        source.fetch(list(boards))
        rankings = [inspect(source.folder, file, arn) for file, arn in boards.items()]
        # Beyond this DuckDB writes to the disk: ten times the archive takes 0.5 GB, not 1.3.
        megabytes = max(400, sum(2 * ranking.size for ranking in rankings) // 1_000_000)
        database.execute(f"set memory_limit = '{megabytes}MB'")
        _load_readable(database, [catalogue, *rankings])
    except BadFile as issue:
        source.forget([CATALOGUE])
        raise IngestError(
            f"{CATALOGUE} of {name}: expected {issue.expected}, found {issue.found} at "
            f"{issue.place}. {issue.advice or NO_CATALOGUE}"
        ) from issue
    quarantined = database.execute("select file from outcomes where outcome = 'quarantined'")
    source.forget([file for (file,) in quarantined.fetchall()])
    return [catalogue, *rankings]


def _read_catalogue(database: duckdb.DuckDBPyConnection, catalogue: File) -> list[str]:
    """Read a catalogue into the temp table new_catalogue; the Arns of its boards.

    Raises BadFile.
    """
    if catalogue.state == "missing":
        raise BadFile("a catalogue", "no such file", CATALOGUE)
    if catalogue.state == "empty":
        raise BadFile("a catalogue of boards", "no row", "the whole file")
    if issue := catalogue.issue or find_issue(database, catalogue):
        raise issue
    database.execute(
        "create or replace temp table new_catalogue as from raw.catalogue limit 0"
    )
    _note_files(database, [catalogue], {})
    insert(database, "new_catalogue", [catalogue])
    if found := database.execute(_sql("judge_catalogue.sql")).fetchone():
        raise BadFile(*found)
    arns = database.execute("select Arn from new_catalogue order by source_row").fetchall()
    return [arn for (arn,) in arns]


def _load_readable(database: duckdb.DuckDBPyConnection, files: list[File]) -> None:
    """Load files of which DuckDB may not be able to read some: those go to quarantine."""
    readable = [file for file in files[1:] if file.state == "has rows"]
    # The rest is read once, and only looked at by itself where DuckDB refuses it.
    _quarantine(database, [file for file in readable if file.has_quotes])
    try:
        _load(database, files)
    except duckdb.InvalidInputException:
        if not _quarantine(database, readable):
            raise
        _load(database, files)


def _quarantine(database: duckdb.DuckDBPyConnection, files: list[File]) -> bool:
    """Look at files one by one; whether there is anything wrong with one of them."""
    for file in files:
        if issue := find_issue(database, file):
            file.quarantine(issue)
    return any(file.issue for file in files)


def _load(database: duckdb.DuckDBPyConnection, files: list[File]) -> None:
    catalogue = files[0]
    with transaction(database):
        database.execute(_sql("known.sql"))
        loaded = dict(
            database.execute("select file, sha256 from known_files where is_loaded").fetchall()
        )
        _note_files(database, files, loaded)
        if loaded.get(CATALOGUE) != catalogue.sha256:
            database.execute("delete from raw.catalogue")
            database.execute("insert into raw.catalogue by name from new_catalogue")
        database.execute(
            "delete from raw.rankings where not exists (from files where state = 'has rows' "
            "and not is_new and files.leaderboard_arn = rankings.leaderboard_arn)"
        )
        new = [file for file in files[1:] if loaded.get(file.file) != file.sha256]
        insert(database, "raw.rankings", [file for file in new if file.state == "has rows"])
        database.execute(_sql("judge.sql"))
        change = database.execute(
            "select expected, found, place from issues "
            "where file = getvariable('catalogue') and not getvariable('accept_changes')"
        ).fetchone()
        if change:
            expected, found, place = change
            raise BadFile(expected, found, place, MAY_BE_ACCEPTED)
        database.execute(_sql("outcomes.sql"))


def _note_files(
    database: duckdb.DuckDBPyConnection, files: list[File], loaded: dict[str, str]
) -> None:
    """loaded: file -> SHA-256 of what schema raw holds of it."""
    rows = []
    for position, file in enumerate(files):
        issue = vars(file.issue) if file.issue else {}
        is_new = loaded.get(file.file) != file.sha256
        facts = {"position": position, "is_new": is_new, "new_columns": file.new_columns}
        rows.append(vars(file) | issue | facts)
    _make_temp(database, "files", rows)


def _make_temp(database: duckdb.DuckDBPyConnection, table: str, rows: list[dict]) -> None:
    columns = TEMP_TABLES[table]
    definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    database.execute(f"create or replace temp table {table} ({definition})")
    # One text: for each value of a list DuckDB looks whether pandas is there.
    database.execute(
        f"insert into {table} by name select unnest(row) "
        f"from (select unnest(from_json(?, '{json.dumps([columns])}')) as row)",
        [json.dumps([{name: row.get(name) for name in columns} for row in rows])],
    )


def _this_moment() -> datetime:
    """Now, in UTC without a zone; or SOURCE_DATE_EPOCH, which gives the same bytes again
    (reproducible-builds.org)."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(given), UTC) if given.isdigit() else None
    return (now or datetime.now(UTC)).replace(tzinfo=None)


def _sql(script: str) -> str:
    return Path(__file__).with_name(script).read_text(encoding="utf-8")
