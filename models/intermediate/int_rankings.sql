-- The ranking of every board that counts: one row per board and racer.
--
-- It is the final ranking, with the names of today. Looking back from a moment (`AS_OF`):
--   * a race that was decided by then counts by its final ranking; of others there is none
--     in the data (ingest/as_of.sql).
--   * any other race counts as its latest snapshot until then showed it; not final.
--   * a racer has the last alias that a snapshot had shown by then.
--   * a racer whom nobody knows keeps the place and has no user_id (`racer_key`).
with

rankings as (
    select * from {{ ref('stg_rankings') }}
),

looking_back as (
    select as_of_utc from {{ ref('stg_source') }}
    where as_of_utc is not null
),

stays as (
    select stays.*
    from {{ ref('int_history_stays') }} as stays
    cross join looking_back
),

aliases_then as (
    select user_id, max_by(alias, first_shown_at_utc) as alias
    from stays
    group by user_id
),

shown as (
    select leaderboard_arn, max(snapshot_no) as snapshot_no
    from {{ ref('stg_history_snapshots') }}
    anti join rankings using (leaderboard_arn)
    group by leaderboard_arn
),

standings as (
    select
        stays.*,
        shown.snapshot_no,
        row_number() over (partition by leaderboard_arn order by place) as position
    from stays
    inner join shown using (leaderboard_arn)
    where shown.snapshot_no between first_snapshot and last_snapshot
),

-- a page read while the ranking moved can repeat ranks, and show a racer twice
ranked as (
    select
        standings.*,
        coalesce(position + runs.rank - runs.from_position, position) as race_rank
    from standings
    left join {{ ref('stg_history_rank_runs') }} as runs
        on standings.leaderboard_arn = runs.leaderboard_arn
        and standings.snapshot_no = runs.snapshot_no
        and standings.position >= runs.from_position
    qualify row_number() over (
        partition by standings.leaderboard_arn, standings.place
        order by runs.from_position desc
    ) = 1
),

each_once as (
    select *
    from ranked
    qualify row_number() over (
        partition by leaderboard_arn,
            coalesce(user_id, 'alias ' || alias || ' ' || coalesce(submitted_at_utc::string, ''))
        order by position
    ) = 1
),

numbered as (
    select
        *,
        row_number() over (partition by leaderboard_arn, user_id, alias order by position)
            as number_of_alias
    from each_once
)

select
    rankings.leaderboard_arn,
    rankings.user_id,
    rankings.race_rank,
    coalesce(aliases_then.alias, rankings.alias) as alias,
    rankings.team_name,
    rankings.ranking_score_ms,
    rankings.average_lap_ms,
    rankings.best_lap_ms,
    rankings.total_time_ms,
    rankings.laps,
    rankings.average_resets,
    rankings.collisions,
    rankings.off_tracks,
    rankings.resets,
    rankings.submissions,
    rankings.submitted_at_utc,
    true as is_final,
    rankings.user_id as racer_key
from rankings
left join aliases_then using (user_id)

union all

select
    leaderboard_arn,
    user_id,
    race_rank::integer as race_rank,
    alias,
    team_name,
    ranking_score_ms,
    average_lap_ms,
    best_lap_ms,
    total_time_ms,
    laps,
    average_resets,
    collisions,
    off_tracks,
    resets,
    submissions,
    submitted_at_utc,
    false as is_final,
    {{ racer_key('user_id', 'alias', 'number_of_alias') }} as racer_key
from numbered
