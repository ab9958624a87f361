-- One row per run of ranks that are not the position in the snapshot: from this position
-- on the ranks count up from `rank`.
select
    leaderboard_arn,
    snapshot_no,
    from_row as from_position,
    rank
from {{ source('history', 'rank_run') }}
