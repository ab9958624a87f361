-- Who is meant where a snapshot has no UserId (March 1 to 7, 2021, the pre-season, the finales
-- of March to July 2021): one row per board and row (`place`) whose racer is known. The rule
-- for a row, the first that knows:
--
--   1. the same submission: its time and its score, in the board's final ranking or in a
--      snapshot with UserId.
--   2. the alias: whoever bore it at that hour, on any board. Names are known from rows whose
--      racer is; before a racer's first such row the name in it counts.
--   3. whoever was never shown under any name: the alias in the board's final ranking, which
--      is today's.
--
-- Two racers of one alias at one hour stay unknown; so does anybody who is left. Who is who is
-- a fact and no result: a build that looks back has it from the build of all hours, with its
-- copy of the rows (ingest/as_of.sql), and finds nothing out anew.
with

rankings as (
    select * from {{ ref('stg_rankings') }}
),

snapshots as (
    select * from {{ ref('stg_history_snapshots') }}
),

with_user_id as (
    select versions.*, first_shown.snapshot_at_utc as first_shown_at_utc
    from {{ ref('stg_history_versions') }} as versions
    inner join snapshots as first_shown
        on versions.leaderboard_arn = first_shown.leaderboard_arn
        and versions.first_snapshot = first_shown.snapshot_no
    where user_id is not null
),

without as (
    select
        versions.leaderboard_arn,
        versions.place,
        versions.alias,
        versions.submitted_at_utc,
        versions.ranking_score_ms,
        first_shown.snapshot_at_utc as first_shown_at_utc,
        last_shown.snapshot_at_utc as last_shown_at_utc
    from {{ ref('stg_history_versions') }} as versions
    inner join snapshots as first_shown
        on versions.leaderboard_arn = first_shown.leaderboard_arn
        and versions.first_snapshot = first_shown.snapshot_no
    inner join snapshots as last_shown
        on versions.leaderboard_arn = last_shown.leaderboard_arn
        and versions.last_snapshot = last_shown.snapshot_no
    where user_id is null
        and (select max(as_of_utc) from {{ ref('stg_source') }}) is null
),

submissions as (
    select leaderboard_arn, user_id, submitted_at_utc, ranking_score_ms from rankings
    union all
    select leaderboard_arn, user_id, submitted_at_utc, ranking_score_ms from with_user_id
),

by_submission as (
    select without.leaderboard_arn, without.place, min(submissions.user_id) as user_id
    from without
    inner join submissions
        on without.leaderboard_arn = submissions.leaderboard_arn
        and without.submitted_at_utc = submissions.submitted_at_utc
        -- no lap is no score
        and without.ranking_score_ms is not distinct from submissions.ranking_score_ms
    group by without.leaderboard_arn, without.place
    having count(distinct submissions.user_id) = 1
),

named as (
    select user_id, alias, first_shown_at_utc, leaderboard_arn, place from with_user_id
    union all
    select user_id, alias, first_shown_at_utc, leaderboard_arn, place
    from without
    inner join by_submission using (leaderboard_arn, place)
),

-- all names of those who ever bore one that is asked for
starts as (
    select
        *,
        lag(alias) over (
            partition by user_id order by first_shown_at_utc, leaderboard_arn, place
        ) as alias_before
    from named
    semi join (select user_id from named semi join without using (alias)) using (user_id)
),

names as (
    select
        user_id,
        alias,
        case when alias_before is not null then first_shown_at_utc end as from_utc,
        lead(first_shown_at_utc) over (
            partition by user_id order by first_shown_at_utc, leaderboard_arn, place
        ) as until_utc
    from starts
    where alias_before is distinct from alias
),

nobody_else_of_that_alias as (
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
    from nobody_else_of_that_alias as without
    inner join names
        on without.alias = names.alias
        and (names.from_utc is null or names.from_utc <= without.last_shown_at_utc)
        and (names.until_utc is null or names.until_utc > without.first_shown_at_utc)
),

in_final_ranking as (
    select without.leaderboard_arn, without.place, rankings.user_id
    from nobody_else_of_that_alias as without
    anti join bearers using (leaderboard_arn, place)
    inner join rankings using (leaderboard_arn, alias)
    anti join named on rankings.user_id = named.user_id
)

select leaderboard_arn, place, user_id from by_submission
union all
select leaderboard_arn, place, min(user_id) from bearers
group by leaderboard_arn, place
having count(distinct user_id) = 1
union all
select leaderboard_arn, place, min(user_id) from in_final_ranking
group by leaderboard_arn, place
having count(distinct user_id) = 1
