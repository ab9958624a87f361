-- One row per racer: the name of today, the seasons, the best rank, and every prize.
with

results as (
    select * from {{ ref('race_results') }}
),

prizes as (
    select
        user_id,
        {{ collected('prize', 'season, round_number, prize, award_number') }} as prizes
    from {{ ref('prize_winners') }}
    where user_id is not null
    group by user_id
),

careers as (
    select
        user_id,
        max_by(alias, submitted_at_utc) as alias,
        {{ collected_once('season') }} as seasons,
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
