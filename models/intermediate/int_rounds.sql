-- One row per season and round: its turn in the season, and whether it is settled.
--
-- A round is settled when every race that a prize draws on, in it and in all earlier
-- rounds of its season, has published its final ranking. Until then whatever is awarded
-- in it may still change: a finale not yet held can make a seat holder of somebody who
-- stands in line for the next prize.
with

rounds as (
    select * from {{ ref('rounds') }}
),

races_that_count as (
    select round_races.*
    from {{ ref('round_races') }} as round_races
    semi join {{ ref('prize_lines') }} as prize_lines using (season, race)
),

published as (
    select distinct leaderboard_arn from {{ ref('int_rankings') }}
    where is_final
),

open_races as (
    select season, round_number, count(*) as open_races
    from races_that_count
    anti join published using (leaderboard_arn)
    group by all
)

select
    season,
    round_number,
    round_name,
    -- dense, so that a gap in the round numbers is no turn without a round
    row_number() over (partition by season order by round_number) as turn,
    sum(coalesce(open_races, 0)) over (
        partition by season order by round_number
    ) = 0 as is_settled,
from rounds
left join open_races using (season, round_number)
