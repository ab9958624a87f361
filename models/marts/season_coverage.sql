-- What can be answered for which season, and why not the rest: one row per season and prize.
with

computable as (
    select
        season,
        prize,
        case evidence when 'published' then 'computed'
            when 'catalogue' then 'taken from the catalogue'
            else evidence end as coverage,
        reason,
        source,
    from {{ ref('prizes') }}
),

not_computable as (
    select season, prize, 'not computable' as coverage, reason, source,
    from {{ ref('not_computable') }}
),

covered as (
    select * from computable
    union all
    select * from not_computable
),

winners as (
    select season, prize, count(*) as winners, from {{ ref('prize_winners') }} group by all
    union all
    select season, 'finale_place', count(*), from {{ ref('finale_lineups') }} group by all
)

select
    covered.season,
    covered.prize,
    names.title,
    covered.coverage,
    coalesce(winners.winners, 0)::integer as winners,
    covered.reason,
    covered.source,
from covered
left join {{ ref('prize_names') }} as names using (prize)
left join winners using (season, prize)
order by season, coverage, prize
