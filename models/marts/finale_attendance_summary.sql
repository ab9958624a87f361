-- How well the line-up rule predicts who raced: one row per season.
select
    season,
    count(*) filter (where has_raced)::integer as finalists,
    count(*) filter (where attendance = 'raced as invited')::integer as predicted,
    count(*) filter (where attendance = 'no-show')::integer as no_shows,
    count(*) filter (where attendance = 'replacement')::integer as replacements,
    count(*) filter (where attendance = 'raced without a place in line')::integer
        as without_place_in_line,
    round(predicted / finalists, 4) as match_rate,
from {{ ref('finale_attendance') }}
group by season
order by season
