-- The ranking of every board that counts: one row per board and racer.
--
-- Without a moment to look back from it is the final ranking. With one (`as_of`):
--   * a race that was decided by then counts by its final ranking. Decided means that its
--     newest submission, its last snapshot and its closing time have all passed: the
--     catalogue's closing time alone is wrong for some boards.
--   * any other race counts as its latest snapshot until then showed it; not final.
--   * a racer has the alias of that hour, where the history knows it.
{{ config(materialized='table' if as_of() else 'view') }}
{% if not as_of() %}
select *, true as is_final,
from {{ ref('stg_rankings') }}
{% else %}
with

rankings as (
    select * from {{ ref('stg_rankings') }}
),

last_snapshots as (
    -- of the whole history: a race that is recorded again later was not decided
    select leaderboard_arn, max(snapshot_at) as last_snapshot_at_utc,
    from {{ source('history', 'snapshot') }}
    group by all
),

decided as (
    select rankings.leaderboard_arn,
    from rankings
    inner join {{ ref('stg_catalogue') }} using (leaderboard_arn)
    left join last_snapshots using (leaderboard_arn)
    group by all
    having greatest(
        max(submitted_at_utc), max(closed_at_utc), max(last_snapshot_at_utc)
    ) <= {{ as_of() }}
),

shown as (
    select leaderboard_arn, max(snapshot_no) as snapshot_no,
    from {{ ref('stg_history_snapshots') }}
    anti join decided using (leaderboard_arn)
    group by all
),

standings as (
    select
        stays.*,
        row_number() over (partition by leaderboard_arn order by place)::integer as race_rank,
    from {{ ref('int_history_stays') }} as stays
    inner join shown using (leaderboard_arn)
    where shown.snapshot_no between first_snapshot and last_snapshot
),

aliases_then as (
    select user_id, max_by(alias, first_shown_at_utc) as alias,
    from {{ ref('int_history_stays') }}
    group by all
)

select
    rankings.* replace (coalesce(aliases_then.alias, rankings.alias) as alias),
    true as is_final,
from rankings
semi join decided using (leaderboard_arn)
left join aliases_then using (user_id)

union all by name

select
    * exclude (
        first_snapshot, last_snapshot, place, first_shown_at_utc, last_shown_at_utc
    ),
    false as is_final,
from standings
-- left out only now: whom nobody knows has a rank all the same
where user_id is not null
-- a page read while the ranking moved can show a racer twice
qualify row_number() over (partition by leaderboard_arn, user_id order by race_rank) = 1
{% endif %}
