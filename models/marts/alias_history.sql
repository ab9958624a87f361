-- The names a racer has had: one row per racer and stretch of time under one alias, from
-- the hour a snapshot first showed it until the hour the next one did. Two boards that
-- show two names in one hour are two stretches, the first of no length. Empty without
-- history.
with

shown as (
    select * from {{ ref('int_history_row_versions') }}
    where user_id is not null
    qualify row_number() over (
        partition by user_id, first_shown_at_utc, alias
        order by leaderboard_arn, place
    ) = 1
),

stretches as (
    {{ stretches_of_one_name('shown') }}
)

select user_id, alias, from_utc, to_utc
from stretches
order by user_id, from_utc, to_utc, alias
