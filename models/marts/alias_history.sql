-- The names a racer has had: one row per racer and stretch of time under one alias, from the
-- hour a snapshot first showed it until the hour the next one did. Empty without history.
with

shown as (
    select
        user_id,
        alias,
        first_shown_at_utc,
        leaderboard_arn,
        place,
        lag(alias) over (
            partition by user_id order by first_shown_at_utc, leaderboard_arn, place
        ) as alias_before
    from {{ ref('int_history_stays') }}
    where user_id is not null
)

select
    user_id,
    alias,
    first_shown_at_utc as from_utc,
    lead(first_shown_at_utc) over (
        partition by user_id order by first_shown_at_utc, leaderboard_arn, place
    ) as to_utc
from shown
where alias is distinct from alias_before
order by user_id, from_utc
