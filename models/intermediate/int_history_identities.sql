-- Which racer a snapshot means, where it does not say so itself: one row per board and name
-- (`written_as`) whose racer is known by another user_id today.
--
-- 376 UserIds of March to August 2021 are others in the final rankings; the same submission
-- with the same score is the same racer. Files without UserId have the alias only; there a
-- racer is found by the submission, or else by the alias in the same board's final ranking.
with

versions as (
    select distinct
        leaderboard_arn,
        {{ written_as() }} as written_as,
        written_user_id,
        alias,
        submitted_at_utc,
        ranking_score_ms,
    from {{ ref('stg_history_versions') }}
),

rankings as (
    select * from {{ ref('stg_rankings') }}
),

unknown as (
    select versions.*
    from versions
    anti join rankings
        on versions.leaderboard_arn = rankings.leaderboard_arn
        and versions.written_user_id = rankings.user_id
),

same_submission as (
    select unknown.leaderboard_arn, unknown.written_as, unknown.written_user_id,
        min(rankings.user_id) as user_id,
    from unknown
    inner join rankings using (leaderboard_arn, submitted_at_utc, ranking_score_ms)
    group by all
    having count(distinct rankings.user_id) = 1
),

same_alias as (
    select unknown.leaderboard_arn, unknown.written_as, min(rankings.user_id) as user_id,
    from unknown
    inner join rankings using (leaderboard_arn, alias)
    where unknown.written_user_id is null
    group by all
    having count(distinct rankings.user_id) = 1
),

-- a UserId that was exchanged on one board was exchanged on all
exchanged as (
    select written_user_id, min(user_id) as user_id,
    from same_submission
    where written_user_id is not null
    group by all
    having count(distinct user_id) = 1
)

select distinct
    unknown.leaderboard_arn,
    unknown.written_as,
    coalesce(same_submission.user_id, exchanged.user_id, same_alias.user_id) as user_id,
from unknown
left join same_submission using (leaderboard_arn, written_as)
left join exchanged on unknown.written_user_id = exchanged.written_user_id
left join same_alias using (leaderboard_arn, written_as)
where coalesce(same_submission.user_id, exchanged.user_id, same_alias.user_id) is not null
