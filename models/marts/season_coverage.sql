-- What can be answered for which season, and why not the rest: one row per season and
-- prize of the seasons that have begun.
--
-- The rule is today's, whatever moment AS_OF looks back from; what is said of it is not:
-- evidence younger than that moment (`known_since`) is not shown, and who was seen is
-- counted from what was decided by then.
with

moment as (
    select cast(max(as_of_utc) as date) as as_of_date from {{ ref('stg_source') }}
),

begun as (
    select season from {{ ref('races') }}
    union
    select season
    from {{ ref('round_races') }}
    inner join {{ ref('int_rankings') }} using (leaderboard_arn)
),

decided_here as (
    select
        season,
        prize,
        case evidence when 'published' then 'computed'
            when 'catalogue' then 'taken from the catalogue'
            else evidence end as coverage,
        reason,
        source,
        coalesce(known_since > as_of_date, false) as is_younger
    from {{ ref('prizes') }}
    cross join moment
    union all
    select season, prize, 'not computable', reason, source, false
    from {{ ref('not_computable') }}
),

-- Prizes of which nothing is known but what others report.
report_places as (
    select
        season, prize, place,
        {{ ordinal('place') }} || ' '
        || {{ join_list('name_as_reported', ' / ', 'name_as_reported') }} as named
    from {{ ref('reported_winners') }}
    anti join decided_here using (season, prize)
    group by season, prize, place
),

report_sources as (
    select distinct season, prize, source
    from {{ ref('reported_winners') }}
    anti join decided_here using (season, prize)
),

known as (
    select * from decided_here
    union all
    select
        season,
        prize,
        'reported',
        'No ranking decides it; reported: ' || places.listed,
        sources.listed,
        false
    from (
        select season, prize, {{ join_list('named', ', ', 'place') }} as listed
        from report_places
        group by season, prize
    ) as places
    inner join (
        select season, prize, {{ join_list('source', ' ', 'source') }} as listed
        from report_sources
        group by season, prize
    ) as sources using (season, prize)
),

seen as (
    select
        season,
        prize,
        'the rule predicts '
            || case when predicted = finalists then 'all ' || finalists
                else predicted || ' of the ' || finalists end
            || ' racers who took part in a ' || race as who
    from {{ ref('finale_attendance_summary') }}
    union all
    select
        season,
        seat,
        sum(case when knockout_rank is null then 0 else 1 end) || ' of ' || count(*)
            || ' were seen in the knockouts'
    from {{ ref('championship_attendance') }}
    where seat is not null
    group by season, seat
),

winners as (
    select season, prize, count(*) as winners
    from {{ ref('prize_decisions') }}
    where decision = 'won'
    group by season, prize
    union all
    select season, prize, count(*) from report_places group by season, prize
)

select
    known.season,
    known.prize,
    names.title,
    known.coverage,
    cast(coalesce(winners.winners, 0) as integer) as winners,
    case when is_younger then 'By the rule as it became known later' else reason end
        || coalesce('; ' || seen.who, '') as reason,
    case when is_younger then 'Younger than this moment' else source end as source
from known
inner join begun using (season)
left join {{ ref('prize_names') }} as names using (prize)
left join seen using (season, prize)
left join winners using (season, prize)
order by season, coverage, prize
