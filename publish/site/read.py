"""What the pages show, as rows of the published tables. No rule is applied here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import duckdb

from ingest.source import UPSTREAM, public_source
from publish.proof import read_build
from publish.remarks import as_of, is_fictional, remarks
from publish.site.text import shown

Row = dict[str, Any]

# Passed over in front of the last winner, and so many of those who just missed.
JUST_MISSED = 3

COVERAGE = """
    select season, prize, title, one, many, coverage, winners, reason, source
    from season_coverage
    inner join seeds.prize_names using (prize, title)
    order by season, prize_names.rowid
"""
RULES = """
    select
        season, prize, title, one, many, kind, quota, evidence,
        season_coverage.reason, season_coverage.source,
        (
            select list(race order by line_order) from seeds.prize_lines
            where prize_lines.season = prizes.season and prize_lines.prize = prizes.prize
        ) as races,
        (
            select list(held.one order by held.rowid)
            from seeds.prize_blocks
            inner join seeds.prize_names as held on held_prize = held.prize
            where prize_blocks.season = prizes.season and prize_blocks.prize = prizes.prize
        ) as barred_by,
    from seeds.prizes
    inner join season_coverage using (season, prize)
    inner join seeds.prize_names using (prize, title)
    order by season, prize_names.rowid
"""
# One row per round and prize that the round gives, whether somebody has won it or not.
CELLS = """
    select season, round_number, round_name, prize, title, evidence,
        bool_and(has_final_ranking) as is_decided,
    from seeds.rounds
    inner join seeds.prizes using (season)
    inner join seeds.prize_lines using (season, prize)
    inner join races using (season, round_number, race)
    inner join seeds.prize_names using (prize)
    where kind = 'prize'
    group by all
    order by season, round_number, any_value(prize_names.rowid)
"""
AWARDS = """
    select season, round_number, round_name, prize, title, one, award_number, user_id, alias,
        race, race_rank, evidence, is_provisional,
    from prize_winners
    inner join seeds.prize_names using (prize)
    order by season, round_number, prize_names.rowid, award_number
"""
LINEUPS = """
    select
        season, round_number, round_name, user_id,
        coalesce(finale_lineups.alias, finale_attendance.alias) as alias,
        finale_lineups.award_number as invited, finale_lineups.race_rank as month_rank,
        finale_attendance.finale_rank, attendance,
        coalesce(finale_lineups.is_provisional, false) as is_provisional,
    from finale_lineups
    full join finale_attendance using (season, round_number, round_name, user_id)
    order by season, round_number, invited nulls last, finale_rank nulls last
"""
LINE = f"""
    with

    measured as (
        select *, max(place_in_line) filter (decision = 'won') over (
            partition by season, prize, round_number
        ) as last_place_to_win,
        from prize_decisions
    )

    select
        season, round_number, round_name, prize, title, place_in_line, user_id, alias, race,
        race_rank, decision, award_number, sentence, is_provisional,
        coalesce(place_in_line < last_place_to_win, true) and decision <> 'won'
            as is_passed_over,
    from measured
    inner join seeds.prize_names using (prize)
    where place_in_line is null or place_in_line <= last_place_to_win + {JUST_MISSED}
    order by season, prize_names.rowid, round_number, place_in_line nulls last, user_id
"""
BOARDS = """
    select leaderboard_arn, races.season, round_number, round_name, race, race_name,
        coalesce(race_type, '') as race_type, division, launched_at_utc::date as launched_on,
        last_submitted_at_utc::date as last_raced_on, ranked_racers, has_final_ranking,
    from races
    left join seeds.rounds using (season, round_number)
    order by races.season, coalesce(last_submitted_at_utc, launched_at_utc), race_name,
        leaderboard_arn
"""
CHAMPIONSHIP = """
    select season, user_id, alias, seat, title as seat_title, seat_round, knockout_rank,
        is_in_bracket, bracket_rank, attendance,
    from championship_attendance
    left join seeds.prize_names on seat = prize
    order by season, seat is null, prize_names.rowid, bracket_rank nulls last, knockout_rank
"""
PROMOTIONS = """
    select season, from_race, to_race, share, evidence, source
    from seeds.promotion_rules
    semi join season_coverage using (season)
    order by season
"""
CUTOFFS = """
    select season, round_number, round_name, snapshot_at_utc, places, cutoff_user_id,
        cutoff_alias, cutoff_score_ms, next_alias, next_score_ms, gap_ms,
    from cutoff_history
    order by season, round_number, snapshot_at_utc
"""
# Columns with what others wrote, names above all.
FOREIGN = {"alias", "cutoff_alias", "next_alias", "sentence", "race_name"}
CHANGES = "select * from prize_changes order by season, prize, user_id"
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
    loaded_at_utc: datetime
    build_id: str
    built_at_utc: datetime


@dataclass(frozen=True)
class League:
    """All that the season pages show; lists of rows in the order in which they are shown.

    Texts from upstream are safe to look at, not safe as markup: escape them.
    """

    origin: Origin
    is_fictional: bool
    as_of: str | None
    remarks: list[str]
    coverage: list[Row]
    rules: list[Row]
    promotions: list[Row]
    cells: list[Row]
    awards: list[Row]
    lineups: list[Row]
    line: list[Row]
    boards: list[Row]
    championship: list[Row]
    changes: list[Row]
    cutoffs: list[Row]
    summaries: dict[str, list[Row]]

    @property
    def seasons(self) -> list[int]:
        return sorted({row["season"] for row in self.coverage})


def read_league(database: duckdb.DuckDBPyConnection) -> League:
    """Read what the season pages show from an open published database."""
    return League(
        origin=_origin(database),
        is_fictional=is_fictional(database),
        as_of=as_of(database),
        remarks=remarks(database),
        coverage=rows(database, COVERAGE),
        rules=rows(database, RULES),
        promotions=rows(database, PROMOTIONS),
        cells=rows(database, CELLS),
        awards=rows(database, AWARDS),
        lineups=rows(database, LINEUPS),
        line=rows(database, LINE),
        boards=rows(database, BOARDS),
        championship=rows(database, CHAMPIONSHIP),
        changes=rows(database, CHANGES),
        cutoffs=rows(database, CUTOFFS) if has_table(database, "cutoff_history") else [],
        summaries={name: rows(database, f"select * from {name}") for name in SUMMARIES},
    )


def rows(database: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """The rows of a query as dictionaries, with aliases and sentences fit to be shown."""
    answer = database.execute(sql)
    names = [column[0] for column in answer.description]
    found = [dict(zip(names, row)) for row in answer.fetchall()]
    for column in FOREIGN & set(names):
        for row in found:
            row[column] = shown(row[column])
    return found


def has_table(database: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether a table is published; databases from before the history lack two."""
    (count,) = database.execute(
        "select count(*) from information_schema.tables "
        "where table_schema = 'main' and table_name = ?",
        [name],
    ).fetchone()
    return count > 0


def _origin(database: duckdb.DuckDBPyConnection) -> Origin:
    source, ref, loaded_at_utc = database.execute(
        "select source, ref, loaded_at_utc from raw.source"
    ).fetchone()
    build = read_build(database)
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
    return Origin(words, address, loaded_at_utc, build.build_id, build.built_at_utc)
