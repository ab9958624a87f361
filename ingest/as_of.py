"""Look back from a moment: a build database of its own, so that no real result is touched.

The copy holds what was known at that moment and nothing else (as_of.sql), and the moment
itself. The models read both as they read the real thing.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest.database import open_database, sql_text, transaction
from ingest.errors import IngestError, WrongArgument
from league.rows import only_row

KNOWN_THEN = Path(__file__).with_name("as_of.sql")


def parse_moment(text: str) -> datetime:
    """A moment of ISO 8601 with its zone (`2021-10-20T12:00:00Z`, `…+02:00`), in UTC.

    Raises WrongArgument for anything else: a moment without a zone means another hour in
    every country.
    """
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo and not moment.microsecond:
            return moment.astimezone(UTC)
    raise WrongArgument(
        "Expected AS_OF as a moment like 2021-10-20T12:00:00Z, or with an offset like "
        f"2021-10-20T14:00:00+02:00, found {text!r}."
    )


def prepare(database_path: Path, data: Path, moment: datetime) -> Path:
    """Copy what was known at `moment` from the build database to `data`/build.

    Raises IngestError where there is no database, no history in it (only snapshots show how a
    running race stood), or no complete build of it (who is who follows from all hours).
    """
    if not database_path.is_file():
        raise IngestError(
            f"Expected a build at {database_path}, found none. Run `make winners` and "
            "`make history` first."
        )
    copy = data / "build/league.duckdb"
    copy.parent.mkdir(parents=True, exist_ok=True)
    for old in (copy, copy.with_name("league.duckdb.wal")):
        old.unlink(missing_ok=True)
    with open_database(copy) as database:
        database.execute(f"attach {sql_text(str(database_path))} as built (read_only)")
        _refuse_without_history(database, database_path)
        database.execute("set variable moment = ?::timestamp", [moment.replace(tzinfo=None)])
        with transaction(database):
            database.execute(KNOWN_THEN.read_text(encoding="utf-8"))
    return copy


def _refuse_without_history(database: duckdb.DuckDBPyConnection, built: Path) -> None:
    (is_complete,) = only_row(
        database,
        """
        select exists(from built.history.snapshot) and exists(
            from duckdb_columns()
            where database_name = 'built' and table_name = 'int_history_identities'
                and column_name = 'place'
        )
        """,
    )
    if not is_complete:
        raise IngestError(
            f"Expected the hourly history in {built}, and a build that says who is who in it; "
            "at least one of them is missing. Run `make history SOURCE=…` first."
        )
