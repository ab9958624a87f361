{{ config(materialized="view") }}  -- a table of it would outweigh the history itself
-- Every racer's stays on every board, in time: one row per board, racer and unbroken stay
-- of an unchanged row, with the racer known by today's user_id; null where nobody knows who
-- it was.
select
    versions.leaderboard_arn,
    versions.first_snapshot,
    versions.last_snapshot,
    versions.place,
    coalesce(versions.user_id, identities.user_id) as user_id,
    versions.alias,
    versions.team_name,
    versions.ranking_score_ms,
    versions.average_lap_ms,
    versions.best_lap_ms,
    versions.total_time_ms,
    versions.laps,
    versions.average_resets,
    versions.collisions,
    versions.off_tracks,
    versions.resets,
    versions.submissions,
    versions.submitted_at_utc,
    first_shown.snapshot_at_utc as first_shown_at_utc,
    last_shown.snapshot_at_utc as last_shown_at_utc
from {{ ref('stg_history_versions') }} as versions
left join {{ ref('int_history_identities') }} as identities
    on versions.leaderboard_arn = identities.leaderboard_arn
    and versions.place = identities.place
inner join {{ ref('stg_history_snapshots') }} as first_shown
    on versions.leaderboard_arn = first_shown.leaderboard_arn
    and versions.first_snapshot = first_shown.snapshot_no
inner join {{ ref('stg_history_snapshots') }} as last_shown
    on versions.leaderboard_arn = last_shown.leaderboard_arn
    and versions.last_snapshot = last_shown.snapshot_no
