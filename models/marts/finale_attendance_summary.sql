-- How well the line-up rule predicts who raced: one row per season and invitation.
with

counted as (
    select
        season,
        prize,
        race,
        count(*) filter (where has_raced)::integer as finalists,
        count(*) filter (where attendance = 'raced as invited')::integer as predicted,
        count(*) filter (where attendance = 'no-show')::integer as no_shows,
        count(*) filter (where attendance = 'replacement')::integer as replacements,
        count(*) filter (where attendance = 'raced without a place in line')::integer
            as without_place_in_line
    from {{ ref('finale_attendance') }}
    group by season, prize, race
)

select *, round(predicted / finalists, 4) as match_rate
from counted
order by season, prize
