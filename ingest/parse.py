"""Read one CSV file and judge it: rows as they are, or the reason why not.

Every cell stays the text it was: `NULL`, `nan` and `007` are names. A cell that is empty
is the empty text; a column that a file lacks is null.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from ingest.errors import Broken, shown
from ingest.source import ARN

# Without these a row says nothing about who stands where.
CATALOGUE_KEYS = ("Arn", "Name", "LaunchTime", "CloseTime", "RaceType", "Status")
RANKING_KEYS = ("Rank", "UserId", "Alias")

# What upstream has had so far. A raw table always has all of these, so that the models
# can name them whatever files were loaded; what is not here is loaded and reported.
CATALOGUE_COLUMNS = (
    "Rank", "Arn", "Name", "Description", "LaunchTime", "CloseTime", "TrackArn",
    "Status", "MinimumLaps", "TotalLaps", "ParticipantCount", "RaceType", "Visibility",
    "TimingMethod", "LeagueType", "Moderated", "TermsConditionId", "TermsAccepted",
    "WinnerAlias", "HeadToHeadConfig_HeadToHeadType", "HeadToHeadConfig_NumBotCars",
    "HeadToHeadConfig_BotCarSpeed", "HeadToHeadConfig_EnableLaneChange",
    "HeadToHeadConfig_LowerLaneChangeTime", "HeadToHeadConfig_UpperLaneChangeTime",
    "ResettingBehaviorConfig_IsContinuousLap", "ResettingBehaviorConfig_AllowReset",
    "ResettingBehaviorConfig_MaxResetTimes", "ResettingBehaviorConfig_PenaltySeconds",
    "PlayoffRaceTypeConfig_PlayoffRaceTypeID", "ThemeConfig_ThemeID",
    "ObjectAvoidanceConfig_RandomizeLocation",
    "ObjectAvoidanceConfig_ObstaclePositions", "ObjectAvoidanceConfig_NumObstacles",
    "ObjectAvoidanceConfig_ObstacleType",
    "ResettingBehaviorConfig_CollisionPenaltySeconds",
    "ResettingBehaviorConfig_OffTrackPenaltySeconds",
    "PlayoffRaceTypeConfig_PlayoffRaceArn", "PlayoffRaceTypeConfig_PlayoffReleaseTime",
    "PlayoffRaceTypeConfig_PlayoffResultReleaseTime", "NumOfTeamSubmissionsRequired",
    "ParticipationConfig_EntryTypeConfig_InvitationEntryType",
    "ParticipationConfig_ViewType", "CarControlConfig_CarSpeedControl", "Tags",
    "RacingDivision", "ParticipationConfig_EntryTypeConfig_RacingDivisionEntryType",
    "TerminationConditions_MaxTimeInMinutes", "StartTime", "EndTime", "ImageUrl",
    "LeaderboardImage", "Tournament_Size", "Tournament_ResultsReleaseTimes",
)  # fmt: skip
RANKING_COLUMNS = (
    "Rank", "Alias", "UserId", "SubmissionTime", "LapCount", "AvgLapTime", "BestLapTime",
    "TotalLapTime", "AvgResets", "CollisionCount", "OffTrackCount", "ResetCount",
    "SubmissionCount", "LeaderboardSubmissionStatusType", "RankingScore",
    "RacingDivision", "TeamName",
)  # fmt: skip


# AWS's form of a UserId: 16 bytes in URL-safe base64, of which the last character holds two
# bits. Some of March to August 2021 were written with 32 characters.
USER_ID = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]|[A-Za-z0-9_-]{32}")

# No file of upstream comes near these; beyond them a file is no ranking.
MOST_COLUMNS = 1_000
MOST_CHARACTERS_IN_A_ROW = 1_000_000


@dataclass(frozen=True)
class Table:
    """A file that was understood: `rows` have one text per name in `header`."""

    header: tuple[str, ...]
    rows: list[list[str]]


# Commit 48b5ce9b42 of 31 August 2021 wrote the UserId into 44 older final rankings.
NO_USER_ID = (
    "Many final rankings of upstream's commits before September 2021 have no UserId, and "
    "an alias alone does not say who won. Take a later commit (the default has them all); how "
    "the league stood at an hour before that says `make history SOURCE=…` and then, for "
    "example, `make winners AS_OF=2021-05-14T00:00:00Z`."
)


def read_catalogue(body: bytes) -> Table | Broken:
    """The catalogue of all boards, one row per Arn.

    Broken where it has no row, where an Arn is not one of a leaderboard, or where two rows
    have the same Arn.
    """
    table = _read(body, CATALOGUE_KEYS)
    if isinstance(table, Broken):
        return table
    if not table.rows:
        return Broken("a catalogue of boards", "no row", "the whole file")
    arn, seen = table.header.index("Arn"), set()
    for number, row in enumerate(table.rows, 1):
        if not ARN.fullmatch(row[arn]):
            return Broken("the Arn of a leaderboard", shown(row[arn]), f"row {number}")
        if row[arn] in seen:
            return Broken("a board once", f"{row[arn]} again", f"row {number}")
        seen.add(row[arn])
    return table


def read_ranking(body: bytes) -> Table | Broken:
    """A board's final ranking: ranks 1 to N, each once, and each racer once.

    All of upstream's are like that, and a gap would be a racer who is missing. A file with
    nothing in it, or with a header only, is a Table without rows.
    """
    table = _read(body, RANKING_KEYS)
    if isinstance(table, Broken) or not table.rows:
        return table
    rank, user_id = table.header.index("Rank"), table.header.index("UserId")
    ranks, racers = set(), set()
    for number, row in enumerate(table.rows, 1):
        place = f"row {number}"
        if not (row[rank].isascii() and row[rank].isdigit() and len(row[rank]) < 10):
            return Broken("a whole number as Rank", shown(row[rank]), place)
        if not row[user_id]:
            return Broken("a UserId", "an empty cell", place, NO_USER_ID)
        if row[user_id] in racers:
            return Broken("a racer once", f"UserId {shown(row[user_id])} again", place)
        ranks.add(int(row[rank]))
        racers.add(row[user_id])
    missing = set(range(1, len(table.rows) + 1)) - ranks
    if missing:
        return Broken(
            f"the ranks 1 to {len(table.rows)}, each once",
            f"no rank {min(missing)}",
            f"{len(table.rows)} rows",
        )
    return _with_ids(table, [row[user_id] for row in table.rows]) or table


def _with_ids(table: Table, user_ids: list[str]) -> Broken | None:
    """What is wrong with the UserIds; nothing where a league has ids of its own form."""
    strange = [found for found in user_ids if not USER_ID.fullmatch(found)]
    if not strange:
        return None
    if len(strange) < len(user_ids) / 2:
        place = f"row {user_ids.index(strange[0]) + 1}"
        return Broken("a UserId of 22 characters like the others", shown(strange[0]), place)
    alias = table.header.index("Alias")
    if sum(bool(USER_ID.fullmatch(row[alias])) for row in table.rows) > len(user_ids) / 2:
        return Broken(
            "ids in the column UserId",
            f"ids in the column Alias, and {shown(strange[0])} as UserId",
            "the header, or the columns below it",
        )
    return None


def _read(body: bytes, keys: tuple[str, ...]) -> Table | Broken:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        return Broken("text in UTF-8", f"byte 0x{body[bad.start]:02x}", f"byte {bad.start}")
    if not text.strip():
        return Table((), [])
    if "\0" in text:
        return Broken("text", "a NUL character", f"character {text.index(chr(0))}")

    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = tuple(next(lines))
        bad_header = _judged_header(header)
        if bad_header:
            return bad_header
        rows = []
        for row in lines:
            if len(row) != len(header):
                return Broken(
                    f"{len(header)} cells, as the header has",
                    f"{len(row)} cells: {shown(','.join(row))}",
                    f"line {lines.line_num}",
                )
            rows.append(row)
    except csv.Error as bad:
        return Broken("well-formed CSV", str(bad), f"line {lines.line_num}")
    return _judged(text, Table(header, rows), keys) or Table(header, rows)


def _judged_header(header: tuple[str, ...]) -> Broken | None:
    if len(header) > MOST_COLUMNS:
        return Broken(f"at most {MOST_COLUMNS:,} columns", f"{len(header):,}", "line 1")
    if len(set(header)) < len(header):
        return Broken("a header that names a column once", shown(",".join(header)), "line 1")
    if "" in header:
        return Broken("a name for every column", shown(",".join(header)), "line 1")
    return None


def _judged(text: str, table: Table, keys: tuple[str, ...]) -> Broken | None:
    missing = [key for key in keys if key not in table.header]
    if missing and table.rows:
        return Broken(
            f"a header with {', '.join(keys)}",
            f"no {', no '.join(missing)} in {shown(','.join(table.header))}",
            "line 1",
            NO_USER_ID if missing == ["UserId"] or missing == ["Rank", "UserId"] else None,
        )
    # A page of HTML in one line is no header without rows.
    if missing and not set(table.header) <= set(CATALOGUE_COLUMNS + RANKING_COLUMNS):
        return Broken(f"a header with {', '.join(keys)}", shown(text), "line 1")
    # All of upstream's files end with a newline: one that does not was cut.
    if table.rows and not text.endswith("\n"):
        return Broken("a newline at the end", shown(",".join(table.rows[-1])), "the last line")
    if len(text) > MOST_CHARACTERS_IN_A_ROW:
        for number, row in enumerate(table.rows, 1):
            if sum(map(len, row)) > MOST_CHARACTERS_IN_A_ROW:
                return Broken(
                    f"at most {MOST_CHARACTERS_IN_A_ROW:,} characters in a row",
                    f"{sum(map(len, row)):,}",
                    f"row {number}",
                )
    return None
