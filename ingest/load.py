"""Load a catalogue and final rankings into schema `raw`: one transaction, or nothing.

DuckDB reads the rows (`read_rows`), judge.sql says what is wrong with them, outcomes.sql
keeps what is right.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import duckdb

from ingest.errors import Issue, abbreviate
from ingest.file import NO_USER_ID, File
from ingest.read_rows import find_issue, insert
from ingest.seeds import Seeds
from ingest.source import ARN, CATALOGUE, PINNED_REF
from ingest.transaction import transaction

PINNED_FILES = Path(__file__).with_name("pinned_files.csv")
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
    "pinned": dict.fromkeys(["file", "git_blob"], "varchar"),
}


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    outcome: loaded, unchanged, not_published, empty or quarantined; `issue` says why the last.
    """

    file: str
    leaderboard_arn: str | None
    outcome: str
    issue: Issue | None
    new_columns: list[str]
    decides_a_prize: bool


@dataclass(frozen=True)
class Loaded:
    """What a load did. accepted: files that have lost something, loaded all the same."""

    outcomes: list[Outcome]
    accepted: dict[str, Issue] = field(default_factory=dict)

    @property
    def rankings(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.file != CATALOGUE]

    def counts(self) -> dict[str, int]:
        """Outcome -> number of rankings."""
        return dict(Counter(outcome.outcome for outcome in self.rankings))


class CatalogueError(Exception):
    """The catalogue is not what it has to be: `issue` says why. Nothing was loaded.

    may_be_accepted: whether it is a catalogue, but of fewer boards or winners.
    """

    def __init__(self, issue: Issue, may_be_accepted: bool) -> None:
        super().__init__(issue)
        self.issue, self.may_be_accepted = issue, may_be_accepted


def read_catalogue(
    database: duckdb.DuckDBPyConnection, catalogue: File, accept_changes: bool = False
) -> list[str]:
    """Read a catalogue into the temp table new_catalogue; the Arns of its boards.

    accept_changes: load one that may have been cut, too.

    Raises CatalogueError.
    """
    _run(database, "words.sql")
    issue = catalogue.issue
    if catalogue.state == "missing":
        issue = Issue("a catalogue", "no such file", CATALOGUE)
    elif catalogue.state == "empty":
        issue = Issue("a catalogue of boards", "no row", "the whole file")
    if issue := issue or find_issue(database, catalogue):
        raise CatalogueError(issue, may_be_accepted=False)
    database.execute(
        "create or replace temp table new_catalogue as from raw.catalogue limit 0"
    )
    _note_files(database, [catalogue], {})
    insert(database, "new_catalogue", [catalogue], _this_moment())
    found = database.execute(_sql("judge_catalogue.sql"), {"arn": ARN.pattern}).fetchone()
    if found:
        raise CatalogueError(Issue(*found), may_be_accepted=False)
    if not (
        accept_changes
        or catalogue.ends_with_newline
        or catalogue.git_blob == pinned_files()[CATALOGUE]
    ):
        issue = Issue(
            "a newline at the end (if the last line is complete, add a newline)",
            abbreviate(catalogue.last_line),
            "the last line",
        )
        raise CatalogueError(issue, may_be_accepted=True)
    arns = database.execute("select Arn from new_catalogue order by source_row").fetchall()
    return [arn for (arn,) in arns]


def load(
    database: duckdb.DuckDBPyConnection,
    catalogue: File,
    rankings: list[File],
    seeds: Seeds,
    source: str,
    ref: str | None,
    accept_changes: bool = False,
    seeds_folder: str | None = None,
) -> Loaded:
    """Make schema `raw` hold exactly these files, the catalogue as `read_catalogue` read it.

    source: as the published database names it. seeds_folder: where the seeds lie; none for those
    of this project.

    Raises CatalogueError where the catalogue lacks what it has to have.
    """
    for file in rankings:
        # The rest is read once, and only looked at by itself where DuckDB refuses it.
        if file.state == "has rows" and file.has_quotes:
            _quarantine(file, find_issue(database, file))
    for seed, rows in seeds.items():
        _make_temp(database, seed, rows)
    _run(database, "required_boards.sql")
    database.execute("set variable seeds = ?", [seeds_folder])
    arguments = (catalogue, rankings, source, ref, accept_changes)
    try:
        return _load(database, *arguments)
    except duckdb.InvalidInputException:
        readable = [file for file in rankings if file.state == "has rows"]
        for file in readable:
            _quarantine(file, find_issue(database, file))
        if all(file.state == "has rows" for file in readable):
            raise
    return _load(database, *arguments)


def _quarantine(file: File, issue: Issue | None) -> None:
    if issue:
        file.state, file.issue = "broken", issue


def _load(
    database: duckdb.DuckDBPyConnection,
    catalogue: File,
    rankings: list[File],
    source: str,
    ref: str | None,
    accept_changes: bool,
) -> Loaded:
    now = _this_moment()
    # A catalogue of the same content is the same state of the archive, whatever its source.
    is_pinned = ref == PINNED_REF or catalogue.git_blob == pinned_files()[CATALOGUE]
    variables = {
        "now": now, "source": source, "ref": ref, "catalogue": CATALOGUE,
        "is_pinned": is_pinned, "pinned_ref": PINNED_REF, "no_user_id": NO_USER_ID,
        "accept_changes": accept_changes,
    }  # fmt: skip
    with transaction(database):
        for name, value in variables.items():
            database.execute(f"set variable {name} = ?", [value])
        _note_known(database)
        loaded = dict(
            database.execute("select file, sha256 from known_files where is_loaded").fetchall()
        )
        _note_files(database, [catalogue, *rankings], loaded)
        if loaded.get(CATALOGUE) != catalogue.sha256:
            database.execute("delete from raw.catalogue")
            database.execute("insert into raw.catalogue by name from new_catalogue")
        database.execute(
            "delete from raw.rankings where source_file not in (select file from files "
            "where state = 'has rows' and not is_new)"
        )
        new = [file for file in rankings if loaded.get(file.file) != file.sha256]
        insert(database, "raw.rankings", [f for f in new if f.state == "has rows"], now)
        _run(database, "judge.sql")
        if not accept_changes:
            _refuse_catalogue(database)
        _run(database, "outcomes.sql")
    return _loaded(database, accept_changes)


def _note_known(database: duckdb.DuckDBPyConnection) -> None:
    """What the last run left, before this one replaces it."""
    database.execute(
        """
        create or replace temp table known_files as
            select file, sha256, row_count, outcome in ('loaded', 'unchanged') as is_loaded
            from raw.outcomes
        """
    )
    database.execute(
        """
        create or replace temp table known_boards as
            select Arn as leaderboard_arn, coalesce(WinnerAlias, '') as winner
            from raw.catalogue
        """
    )
    _make_temp(
        database,
        "pinned",
        [{"file": file, "git_blob": blob} for file, blob in pinned_files().items()],
    )


def _refuse_catalogue(database: duckdb.DuckDBPyConnection) -> None:
    found = database.execute(
        "select expected, found, place from issues where file = ?", [CATALOGUE]
    ).fetchone()
    if found:
        raise CatalogueError(Issue(*found), may_be_accepted=True)


def _loaded(database: duckdb.DuckDBPyConnection, accept_changes: bool) -> Loaded:
    rows = database.execute(
        """
        select file, leaderboard_arn, outcome, expected, found, place, advice, new_columns,
            decides_a_prize
        from outcomes
        order by position
        """
    ).fetchall()
    outcomes = [
        Outcome(file, arn, outcome, Issue(*issue) if issue[0] else None, new_columns, decides)
        for file, arn, outcome, *issue, new_columns, decides in rows
    ]
    if not accept_changes:
        return Loaded(outcomes)
    accepted = database.execute(
        """
        select file, issues.expected, issues.found, issues.place
        from issues
        inner join outcomes using (file)
        where kind = 'doubt' and outcome <> 'quarantined'
        order by position
        """
    ).fetchall()
    return Loaded(outcomes, {file: Issue(*issue) for file, *issue in accepted})


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


def pinned_files() -> dict[str, str]:
    """File name -> git's id of its content, in the commit PINNED_REF.

    Facts about upstream's tree, as `git ls-tree` gives them; no part of the data.
    """
    with PINNED_FILES.open(encoding="utf-8", newline="") as lines:
        return {row["file"]: row["git_blob"] for row in csv.DictReader(lines)}


def _this_moment() -> datetime:
    """Now, in UTC without a zone; or SOURCE_DATE_EPOCH, which gives the same bytes again
    (reproducible-builds.org)."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(given), timezone.utc) if given.isdigit() else None
    return (now or datetime.now(timezone.utc)).replace(tzinfo=None)


def _run(database: duckdb.DuckDBPyConnection, script: str) -> None:
    database.execute(_sql(script))


def _sql(script: str) -> str:
    return Path(__file__).with_name(script).read_text(encoding="utf-8")
