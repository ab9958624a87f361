"""The columns that upstream's files have had so far.

A raw table always has all of these, so that the models can name them whatever files were
loaded; what is not here is loaded into `other_columns` and reported.
"""

from __future__ import annotations

# Without these a row says nothing about who stands where.
CATALOGUE_KEYS = ("Arn", "Name", "LaunchTime", "CloseTime", "RaceType", "Status")
RANKING_KEYS = ("Rank", "UserId", "Alias")

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

# What is lost without columns that a file may lack, of those that the models read.
CATALOGUE_LOSSES = {
    ("ParticipantCount",): "whether its rankings have every racer cannot be checked",
    ("WinnerAlias",): "no winner is named there",
    ("Description", "TrackArn", "TotalLaps", "RacingDivision"): "empty in the table races",
}
RANKING_LOSSES = {
    ("SubmissionTime",): "when those races were raced is not known",
    ("RankingScore",): "how close those races were is not known",
    (
        "LapCount", "AvgLapTime", "BestLapTime", "TotalLapTime", "AvgResets",
        "CollisionCount", "OffTrackCount", "ResetCount", "SubmissionCount",
    ): "empty in the table race_results",
}  # fmt: skip
