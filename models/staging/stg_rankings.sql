-- One row per closed board and racer: the board's FINAL.csv, typed and named. `Rank` is
-- trusted as it stands: equal scores are ranked in an order no column explains.
select
    -- keys
    leaderboard_arn,
    UserId as user_id,
    Rank::double::integer as race_rank,

    -- the racer: an alias may read NULL or nan and is a name all the same
    Alias as alias,
    nullif(TeamName, '') as team_name,

    -- the result; about 2^63 means "no lap" and is ranked like any score
    case
        when {{ decimal_number('RankingScore') }} < 9.2e18
            then {{ whole_number('RankingScore') }}
    end as ranking_score_ms,
    {{ decimal_number('AvgLapTime') }} as average_lap_ms,
    {{ decimal_number('BestLapTime') }} as best_lap_ms,
    {{ decimal_number('TotalLapTime') }} as total_time_ms,
    {{ whole_number('LapCount') }} as laps,
    {{ decimal_number('AvgResets') }} as average_resets,
    {{ whole_number('CollisionCount') }} as collisions,
    {{ whole_number('OffTrackCount') }} as off_tracks,
    {{ whole_number('ResetCount') }} as resets,
    {{ whole_number('SubmissionCount') }} as submissions,
    {{ utc_timestamp('SubmissionTime') }} as submitted_at_utc
from {{ source('raw', 'rankings') }}
