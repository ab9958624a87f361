-- One row per file that the last run of `ingest` looked for, and what became of it.
select
    file,
    leaderboard_arn,
    outcome,
    expected,
    found,
    place,
    row_count,
    sha256,
    checked_at_utc
from {{ source('raw', 'outcomes') }}
