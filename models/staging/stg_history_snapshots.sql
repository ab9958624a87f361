-- One row per hourly snapshot of a board. With a moment to look back from (`as_of`), what
-- was recorded later does not exist.
select
    leaderboard_arn,
    snapshot_no,
    snapshot_at as snapshot_at_utc,
    row_count,
from {{ source('history', 'snapshot') }}
{% if as_of() %}
where snapshot_at <= {{ as_of() }}
{% endif %}
