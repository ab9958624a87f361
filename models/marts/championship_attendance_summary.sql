-- How well the seats predict who raced in the championship: one row per season. The
-- first four of each knockouts board should be the bracket, where the bracket has a
-- ranking. Only about the AWS DeepRacer League, see championship_attendance.
select
    season,
    count(seat)::integer as seat_holders,
    count(*) filter (where attendance = 'seat holder raced')::integer
        as seat_holders_raced,
    count(*) filter (where seat is null)::integer as others_raced,
    count(*) filter (where is_in_bracket)::integer as in_bracket,
    count(*) filter (where is_in_bracket and knockout_rank <= 4)::integer
        as in_bracket_from_first_four,
    round(seat_holders_raced / seat_holders, 4) as match_rate
from {{ ref('championship_attendance') }}
group by season
order by season
