-- One row per racer: the name of today, the seasons, the best rank, and every prize.
--
-- The name is that of the newest submission; where a ranking has no time of it, the
-- start of its race counts instead.
with

results as (
    select
        results.*,
        coalesce(submitted_at_utc, races.launched_at_utc) as named_at_utc
    from {{ ref('race_results') }} as results
    inner join {{ ref('races') }} as races using (leaderboard_arn)
),

prizes as (
    select
        user_id,
        {{ ordered_list('prize', 'season, round_number, prize, award_number') }} as prizes
    from {{ ref('prize_winners') }}
    where user_id is not null
    group by user_id
),

careers as (
    select
        user_id,
        -- without either time the name is one of the racer's all the same
        max_by(alias, (named_at_utc is not null, named_at_utc, leaderboard_arn)) as alias,
        array_sort(array_agg(distinct season)) as seasons,
        cast(count(*) as integer) as boards,
        min(race_rank) as best_rank,
        max(submitted_at_utc) as last_submitted_at_utc
    from results
    where user_id is not null
    group by user_id
)

select
    careers.*,
    coalesce(prizes.prizes, {{ empty_list() }}) as prizes
from careers
left join prizes using (user_id)
order by user_id
