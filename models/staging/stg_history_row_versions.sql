-- One row per row version (a row that is unchanged from one snapshot to another), typed and
-- named as in stg_rankings. Rank is not part of it: it is the row's position by `place`.
select
    -- keys
    leaderboard_arn,
    valid_from as first_snapshot,
    valid_to as last_snapshot,
    position as place,

    -- the racer, by the alias of that hour and today's user_id; null in a file without
    {{ todays_user_id('user_id') }} as user_id,
    alias,

    -- the result, at about 2^63 "no lap"
    case
        when {{ decimal_number('ranking_score') }} < 9.2e18
            then {{ whole_number('ranking_score') }}
    end as ranking_score_ms,
    {{ decimal_number('avg_lap_time') }} as average_lap_ms,
    {{ decimal_number('best_lap_time') }} as best_lap_ms,
    {{ decimal_number('total_lap_time') }} as total_time_ms,
    {{ whole_number('lap_count') }} as laps,
    {{ decimal_number('avg_resets') }} as average_resets,
    {{ whole_number('collision_count') }} as collisions,
    {{ whole_number('off_track_count') }} as off_tracks,
    {{ whole_number('reset_count') }} as resets,
    {{ whole_number('submission_count') }} as submissions,
    nullif(team_name, '') as team_name,
    {{ utc_timestamp('submission_time') }} as submitted_at_utc
from {{ source('history', 'row_version') }}
