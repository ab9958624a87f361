-- The ranking of every board that counts: one row per board and racer.
--
-- It is the final ranking, with the names of today. Looking back from a moment (AS_OF):
--   * a race that was decided by then counts by its final ranking; of others there is
--     none in the data (ingest/as_of.sql).
--   * any other race counts as its latest snapshot until then showed it; not final
--     (int_standings).
--   * a racer has the last alias that a snapshot had shown by then.
--   * a racer identified by no file keeps the place and has no user_id (`racer_key`).
-- `race_rank` says who is ahead, and of two of one rank by `position`.
with

rankings as (
    select * from {{ ref('stg_rankings') }}
),

looking_back as (
    select as_of_utc from {{ ref('stg_source') }}
    where as_of_utc is not null
),

row_versions as (
    select row_versions.*
    from {{ ref('int_history_row_versions') }} as row_versions
    cross join looking_back
),

aliases_then as (
    select user_id, max_by(alias, (first_shown_at_utc, leaderboard_arn, place)) as alias
    from row_versions
    group by user_id
)

select
    rankings.leaderboard_arn,
    rankings.user_id,
    rankings.race_rank,
    rankings.race_rank as position,
    coalesce(aliases_then.alias, rankings.alias) as alias,
    {{ result_columns('rankings') }},
    true as is_final,
    rankings.user_id as racer_key
from rankings
left join aliases_then using (user_id)

union all

select
    leaderboard_arn,
    user_id,
    race_rank::integer as race_rank,
    position::integer as position,
    alias,
    {{ result_columns('standings') }},
    false as is_final,
    racer_key
from {{ ref('int_standings') }} as standings
