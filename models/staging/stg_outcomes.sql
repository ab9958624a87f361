-- One row per file that the last run of `ingest` looked for, and its outcome.
select
    file,
    leaderboard_arn,
    outcome,
    expected,
    found,
    place
from {{ source('raw', 'outcomes') }}
