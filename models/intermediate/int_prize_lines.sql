-- Who stands in line for which prize, and in which order.
-- One row per season, prize, round and racer.
--
-- seeds/prize_lines.csv says whose ranking makes the line and which ranking goes first
-- (2021, Evo: "from the finale ranking first, then the month's ranking"). A racer who is
-- in two rankings stands once, at the better place. Within a ranking the league's own
-- Rank decides and nothing else. Past winners still stand here: who leaves the line,
-- and when, is decided turn by turn in int_awards.
with

prizes as (
    select * from {{ ref('prizes') }}
),

rounds as (
    select * from {{ ref('int_rounds') }}
),

rankings as (
    select * from {{ ref('stg_rankings') }}
),

places as (
    select
        prizes.season,
        prizes.prize,
        prizes.kind,
        prizes.quota,
        rounds.turn,
        rounds.round_number,
        rounds.round_name,
        rounds.is_settled,
        prize_lines.line_order,
        prize_lines.race,
        rankings.leaderboard_arn,
        rankings.race_rank,
        rankings.user_id,
        rankings.alias,
        prizes.evidence,
    from prizes
    inner join {{ ref('prize_lines') }} as prize_lines using (season, prize)
    inner join {{ ref('round_races') }} as round_races using (season, race)
    inner join rounds using (season, round_number)
    inner join rankings using (leaderboard_arn)
),

best_place_of_each_racer as (
    select *
    from places
    qualify row_number() over (
        partition by season, prize, round_number, user_id
        order by line_order, race_rank
    ) = 1
)

select
    *,
    row_number() over (
        partition by season, prize, round_number
        order by line_order, race_rank
    ) as place_in_line,
from best_place_of_each_racer
