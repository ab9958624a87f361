{{ config(materialized="view") }}  -- a table of it would outweigh the history itself
-- Every racer's stays on every board, in time: one row per board, racer and unbroken stay
-- of an unchanged row, with the racer known by today's user_id.
select
    versions.* exclude (written_user_id),
    coalesce(identities.user_id, versions.written_user_id) as user_id,
    first_shown.snapshot_at_utc as first_shown_at_utc,
    last_shown.snapshot_at_utc as last_shown_at_utc,
from {{ ref('stg_history_versions') }} as versions
left join {{ ref('int_history_identities') }} as identities
    on versions.leaderboard_arn = identities.leaderboard_arn
    and {{ written_as() }} = identities.written_as
inner join {{ ref('stg_history_snapshots') }} as first_shown
    on versions.leaderboard_arn = first_shown.leaderboard_arn
    and versions.first_snapshot = first_shown.snapshot_no
-- seen from a moment in the past, a stay that goes on has no end yet
left join {{ ref('stg_history_snapshots') }} as last_shown
    on versions.leaderboard_arn = last_shown.leaderboard_arn
    and versions.last_snapshot = last_shown.snapshot_no
