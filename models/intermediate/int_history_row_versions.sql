{{ config(materialized="view") }}  -- a table of it would outweigh the history itself
-- Every racer's row versions on every board, in time: one row per board, racer and run
-- of snapshots in which the row is unchanged, with the racer known by today's user_id;
-- null where the racer is not known.
select
    versions.leaderboard_arn,
    versions.first_snapshot,
    versions.last_snapshot,
    versions.place,
    coalesce(versions.user_id, identities.user_id) as user_id,
    versions.alias,
    {{ result_columns('versions') }},
    first_shown.snapshot_at_utc as first_shown_at_utc,
    last_shown.snapshot_at_utc as last_shown_at_utc
from {{ ref('stg_history_row_versions') }} as versions
left join {{ ref('int_history_identities') }} as identities
    on versions.leaderboard_arn = identities.leaderboard_arn
    and versions.place = identities.place
{{ join_hours_shown('versions') }}
