-- The races that were not decided at the moment that is looked back from (`AS_OF`), as
-- their latest snapshot until then showed them: one row per board and racer. No rows
-- where no such moment is given.
--
-- A page that was read while the ranking moved can repeat a rank: two racers of one rank
-- stand in the order of the file (`position`). It can show a racer twice: the first time
-- counts.
with

row_versions as (
    select row_versions.*
    from {{ ref('int_history_row_versions') }} as row_versions
    cross join {{ ref('stg_source') }}
    where as_of_utc is not null
),

latest as (
    select leaderboard_arn, max(snapshot_no) as snapshot_no
    from {{ ref('stg_history_snapshots') }}
    anti join {{ ref('stg_rankings') }} using (leaderboard_arn)
    group by leaderboard_arn
),

shown as (
    select
        row_versions.*,
        latest.snapshot_no,
        row_number() over (partition by leaderboard_arn order by place) as position
    from row_versions
    inner join latest using (leaderboard_arn)
    where latest.snapshot_no between first_snapshot and last_snapshot
),

ranked as (
    select
        shown.*,
        coalesce(position + runs.rank - runs.from_position, position) as race_rank
    from shown
    left join {{ ref('stg_history_rank_runs') }} as runs
        on shown.leaderboard_arn = runs.leaderboard_arn
        and shown.snapshot_no = runs.snapshot_no
        and shown.position >= runs.from_position
    qualify row_number() over (
        partition by shown.leaderboard_arn, shown.place
        order by runs.from_position desc
    ) = 1
),

each_once as (
    select *
    from ranked
    qualify row_number() over (
        partition by leaderboard_arn, user_id,
            case when user_id is null then alias end,
            case when user_id is null then submitted_at_utc end
        order by position
    ) = 1
)

{{ with_racer_keys('each_once', 'leaderboard_arn') }}
