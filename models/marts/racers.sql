-- One row per racer: the name of today, the seasons, the best rank, and every prize.
with

results as (
    select * from {{ ref('race_results') }}
),

prizes as (
    select
        user_id,
        list(names.one || ', ' || round_name || ' ' || season
            order by season, round_number, prize) as prizes,
    from {{ ref('prize_winners') }}
    inner join {{ ref('prize_names') }} as names using (prize)
    where user_id is not null
    group by user_id
),

careers as (
    select
        user_id,
        max_by(alias, submitted_at_utc) as alias,
        list_sort(list(distinct season)) as seasons,
        count(*)::integer as boards,
        min(race_rank) as best_rank,
        max(submitted_at_utc) as last_submitted_at_utc,
    from results
    where user_id is not null
    group by user_id
)

select
    careers.*,
    coalesce(prizes.prizes, []) as prizes,
from careers
left join prizes using (user_id)
order by user_id
