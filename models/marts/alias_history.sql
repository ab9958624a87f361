-- The names a racer has had: one row per racer and stretch of time under one alias, from
-- the hour a snapshot first showed it until the hour the next one did. Empty without
-- history.
with

shown as (
    select * from {{ ref('int_history_stays') }}
    where user_id is not null
),

stretches as (
    {{ stretches_of_one_name('shown') }}
)

select user_id, alias, from_utc, to_utc
from stretches
order by user_id, from_utc
