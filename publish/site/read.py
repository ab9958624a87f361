"""What the pages show, as rows of the published tables. No rule is applied here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import duckdb

from ingest.source import UPSTREAM, public_source
from league.rows import only_row
from publish.proof import Build, read_build
from publish.remarks import as_of, is_fictional, remarks
from publish.site import queries
from publish.site.text import printable

Row = dict[str, Any]

# Columns with what others wrote, names above all.
FOREIGN = {
    *("alias", "cutoff_alias", "cutoff_then", "next_alias", "next_then"),
    *("sentence", "race_name", "name_as_reported"),
}
# Colours that site.css has for prizes.
LOOKS = 8
SUMMARIES = (
    "finale_attendance_summary",
    "championship_attendance_summary",
    "promotions_summary",
)


@dataclass(frozen=True)
class Origin:
    """Where the data is from, in words and as a link, and the build that the pages show."""

    words: str
    address: str | None
    # When the newest submission in it was made; None where no file says.
    newest_at_utc: datetime | None
    loaded_at_utc: datetime
    build: Build


@dataclass(frozen=True)
class League:
    """All that the season pages show; lists of rows in the order in which they are shown.

    Texts from upstream are safe to look at, not safe as markup: escape them.
    """

    # As a sentence says it: the AWS DeepRacer League.
    name: str
    notice: str
    # Where mistakes are reported: takes ?title=. None where the league names no such address.
    issues_address: str | None
    origin: Origin
    is_fictional: bool
    as_of: str | None
    remarks: list[str]
    coverage: list[Row]
    rules: list[Row]
    promotions: list[Row]
    cells: list[Row]
    awards: list[Row]
    decisions: list[Row]
    lineups: list[Row]
    line: list[Row]
    boards: list[Row]
    podiums: list[Row]
    rankings: list[Row]
    given: list[Row]
    next_in_line: list[Row]
    championship: list[Row]
    changes: list[Row]
    champions: list[Row]
    closest: list[Row]
    cutoffs: list[Row]
    records: list[Row]
    finals: list[Row]
    summaries: dict[str, list[Row]]
    # Prize to the class that colours it: by its order, so that any prize has one.
    looks: dict[str, str]
    # Prize to the letter that stands for it where there is no room for its name.
    letters: dict[str, str]

    @property
    def seasons(self) -> list[int]:
        return sorted({row["season"] for row in self.coverage})

    @property
    def years(self) -> list[int]:
        """The seasons, and years of which the archive has nothing but races."""
        return sorted({*self.seasons, *(row["season"] for row in self.boards)})


def read_league(database: duckdb.DuckDBPyConnection) -> League:
    """Read what the season pages show from an open published database."""
    named = database.execute(queries.LOOKS).fetchall()
    rules = rows(database, queries.RULES)
    name, notice, issues_address = only_row(database, queries.LEAGUE)
    return League(
        name=name,
        notice=notice or "",
        issues_address=None if is_fictional(database) else issues_address,
        origin=_origin(database),
        is_fictional=is_fictional(database),
        as_of=as_of(database),
        remarks=remarks(database),
        coverage=rows(database, queries.COVERAGE),
        rules=rules,
        promotions=rows(database, queries.PROMOTIONS),
        cells=rows(database, queries.CELLS),
        awards=rows(database, queries.AWARDS),
        decisions=rows(database, queries.DECISIONS_OF_WINNERS),
        lineups=rows(database, queries.LINEUPS),
        line=rows(database, queries.LINE),
        boards=rows(database, queries.BOARDS),
        podiums=rows(database, queries.PODIUMS),
        rankings=rows(database, queries.RANKINGS),
        given=rows(database, queries.GIVEN),
        next_in_line=rows(database, queries.NEXT_IN_LINE),
        championship=rows(database, queries.CHAMPIONSHIP),
        changes=rows(database, queries.CHANGES),
        champions=rows(database, queries.CHAMPIONS),
        closest=rows(database, queries.CLOSEST),
        cutoffs=rows(database, queries.CUTOFFS),
        records=rows(database, queries.RECORDS),
        finals=rows(database, queries.FINALS),
        summaries={name: rows(database, f"select * from {name}") for name in SUMMARIES},
        looks={prize: f"prize-{1 + at % LOOKS}" for at, (prize, _) in enumerate(named)},
        letters=_letters(named, {rule["prize"] for rule in rules if rule["kind"] == "prize"}),
    )


def rows(database: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """The rows of a query as dictionaries, with aliases and sentences fit to be shown."""
    answer = database.execute(sql)
    names = [column[0] for column in answer.description]
    found = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    for column in FOREIGN & set(names):
        for row in found:
            row[column] = printable(row[column])
    return found


def _letters(named: list[tuple[str, str]], given: set[str]) -> dict[str, str]:
    """The first letter of a title that stands for no prize before it, if there is one.

    given: prizes that somebody can have won, who choose first.
    """
    letters: dict[str, str] = {}
    for prize, title in sorted(named, key=lambda one: one[0] not in given):
        own = [letter for letter in title.upper() if letter.isalnum()]
        free = [letter for letter in own if letter not in letters.values()]
        letters[prize] = (free or own or ["?"])[0]
    return letters


def _origin(database: duckdb.DuckDBPyConnection) -> Origin:
    source, ref, loaded_at_utc = only_row(
        database, "select source, ref, loaded_at_utc from raw.source"
    )
    (newest,) = only_row(database, queries.NEWEST)
    source = public_source(source)
    if source.startswith(UPSTREAM) and ref:
        words = urlsplit(UPSTREAM).path.strip("/")
        address = f"https://github.com/{words}/tree/{ref}"
    else:
        host = urlsplit(source).hostname
        words = f"the mirror {host}" if host else "a local copy of the archive"
        address = None
    if ref:
        words = f"{words}, commit {ref}"
    return Origin(words, address, newest, loaded_at_utc, read_build(database))
