-- Who is meant where a snapshot has no UserId (March 1 to 7, 2021, the pre-season, the
-- finales of March to July 2021): one row per board and row (`place`) whose racer is
-- known. The rule for a row, the first that knows:
--
--   1. the same submission: its time and its score, in the board's final ranking or in a
--      snapshot with UserId.
--   2. the alias: whoever bore it at that hour, on any board. Names are known from rows
--      whose racer is; before a racer's first such row the name in it counts.
--   3. whoever was never shown under any name: the alias in the board's final ranking,
--      which is today's.
--
-- Two racers of one alias at one hour stay unknown; so does anybody who is left. Who is
-- who is a fact and no result: a build that looks back has it from the build of all
-- hours, with its copy of the rows (ingest/as_of.sql), and finds nothing out anew.
with

rankings as (
    select * from {{ ref('stg_rankings') }}
),

shown as (
    select
        versions.*,
        first_shown.snapshot_at_utc as first_shown_at_utc,
        last_shown.snapshot_at_utc as last_shown_at_utc
    from {{ ref('stg_history_versions') }} as versions
    {{ join_hours_shown('versions') }}
),

with_user_id as (
    select * from shown where user_id is not null
),

without as (
    select * from shown
    where user_id is null
        and (select max(as_of_utc) from {{ ref('stg_source') }}) is null
),

submissions as (
    select leaderboard_arn, user_id, submitted_at_utc, ranking_score_ms from rankings
    union all
    select leaderboard_arn, user_id, submitted_at_utc, ranking_score_ms from with_user_id
),

of_the_same_submission as (
    select without.leaderboard_arn, without.place, submissions.user_id
    from without
    inner join submissions
        on without.leaderboard_arn = submissions.leaderboard_arn
        and without.submitted_at_utc = submissions.submitted_at_utc
        -- no lap is no score
        and without.ranking_score_ms is not distinct from submissions.ranking_score_ms
),

by_submission as (
    {{ those_that_agree('of_the_same_submission') }}
),

{{ whoever_bore_the_name() }}

select leaderboard_arn, place, user_id from by_submission
union all
{{ those_that_agree('bearers') }}
union all
{{ those_that_agree('in_final_ranking') }}
