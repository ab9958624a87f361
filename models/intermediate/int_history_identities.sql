-- Who is meant where a snapshot has no UserId (March 1 to 7, 2021, the pre-season, the
-- finales of March to July 2021): one row per board and row (`place`) whose racer is
-- known. The rule for a row, the first that knows:
--
--   1. the same submission: its time and its score, in the board's final ranking or in a
--      snapshot with UserId.
--   2. the alias: the racer who had it at that hour, on any board. Names are known from
--      rows whose racer is; before a racer's first such row the name in it counts.
--   3. of racers never shown under any name: the alias in the board's final ranking,
--      which is today's.
--
-- Two racers of one alias at one hour stay unknown, and so does any row that is left.
-- Who is who is a fact and no result: a build that looks back has it from the build of
-- all hours, with its copy of the rows (ingest/as_of.sql).
with

rankings as (
    select * from {{ ref('stg_rankings') }}
),

shown as (
    select
        versions.*,
        first_shown.snapshot_at_utc as first_shown_at_utc,
        last_shown.snapshot_at_utc as last_shown_at_utc
    from {{ ref('stg_history_row_versions') }} as versions
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

-- rules 2 and 3: the claims of a name
named as (
    select user_id, alias, first_shown_at_utc, leaderboard_arn, place from with_user_id
    union all
    select
        by_submission.user_id, without.alias, without.first_shown_at_utc,
        without.leaderboard_arn, without.place
    from without
    inner join by_submission using (leaderboard_arn, place)
),

-- all names of those who ever had one that is asked for
asked_for as (
    select * from named
    semi join (select user_id from named semi join without using (alias)) using (user_id)
),

names as (
    {{ stretches_of_one_name('asked_for') }}
),

without_namesake as (
    select without.*
    from without
    anti join by_submission using (leaderboard_arn, place)
    anti join without as namesake
        on without.leaderboard_arn = namesake.leaderboard_arn
        and without.alias = namesake.alias
        and without.submitted_at_utc <> namesake.submitted_at_utc
        and without.first_shown_at_utc <= namesake.last_shown_at_utc
        and namesake.first_shown_at_utc <= without.last_shown_at_utc
),

bearers as (
    select without.leaderboard_arn, without.place, names.user_id
    from without_namesake as without
    inner join names
        on without.alias = names.alias
        and (names.is_first or names.from_utc <= without.last_shown_at_utc)
        and (names.to_utc is null or names.to_utc > without.first_shown_at_utc)
),

in_final_ranking as (
    select without.leaderboard_arn, without.place, rankings.user_id
    from without_namesake as without
    anti join bearers using (leaderboard_arn, place)
    inner join rankings using (leaderboard_arn, alias)
    anti join named on rankings.user_id = named.user_id
)

select leaderboard_arn, place, user_id from by_submission
union all
{{ those_that_agree('bearers') }}
union all
{{ those_that_agree('in_final_ranking') }}
