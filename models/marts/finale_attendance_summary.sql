-- How well the line-up rule predicts who raced: one row per season and invitation.
with

counted as (
    select
        season,
        prize,
        race,
        cast(count(*) filter (where has_raced) as integer) as finalists,
        cast(count(*) filter (where attendance = 'raced as invited') as integer) as predicted,
        cast(count(*) filter (where attendance = 'no-show') as integer) as no_shows,
        cast(count(*) filter (where attendance = 'replacement') as integer) as replacements,
        cast(count(*) filter (where attendance = 'raced without a place in line') as integer)
            as without_place_in_line
    from {{ ref('finale_attendance') }}
    group by season, prize, race
)

select *, round(predicted / finalists, 4) as match_rate
from counted
order by season, prize
