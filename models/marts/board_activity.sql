-- How busy a board was: one row per board and day (UTC). Answers the questions of
-- upstream's own README: submissions over time, and whether racers got faster on a
-- track; how one racer improved is racer_story(). Empty without history.
with

steps as (
    select
        leaderboard_arn,
        first_shown_at_utc,
        ranking_score_ms,
        submissions,
        lag(place) over racer is null as is_first,
        lag(submissions) over racer as submissions_before,
        min(ranking_score_ms) over (
            partition by leaderboard_arn, coalesce(user_id, alias)
            order by first_snapshot, place
            rows between unbounded preceding and 1 preceding
        ) as best_score_before
    from {{ ref('int_history_row_versions') }}
    window racer as (
        partition by leaderboard_arn, coalesce(user_id, alias)
        order by first_snapshot, place
    )
)

select
    leaderboard_arn,
    first_shown_at_utc::date as day_utc,
    sum(greatest(submissions - coalesce(submissions_before, 0), 0))::bigint
        as submissions,
    count(*) filter (where is_first)::integer as new_racers,
    count(*) filter (where ranking_score_ms < best_score_before)::integer
        as improvements,
    min(ranking_score_ms) as best_score_ms,
    median(ranking_score_ms) as median_score_ms
from steps
group by all
order by all
