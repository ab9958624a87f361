-- One row per hourly snapshot of a board.
select
    leaderboard_arn,
    snapshot_no,
    snapshot_at as snapshot_at_utc,
    row_count
from {{ source('history', 'snapshot') }}
