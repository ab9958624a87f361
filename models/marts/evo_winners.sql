-- The cars (AWS DeepRacer Evo): one row per car.
--
-- Rule: each round, down the line (seeds/prize_lines.csv; in 2021 the finale's ranking,
-- then the Pro qualifier) without the racers who hold a prize that blocks a car
-- (seeds/prize_blocks.csv; in 2021 a car, in 2020 nothing), the first `quota` win
-- (seeds/prizes.csv). What is left of a quota is not carried over.
-- Source, evidence and numbers of each season: the table prize_rules.
with

winners as (
    select
        line.*,
        row_number() over in_this_round as award_number
    from {{ ref('int_prize_lines') }} as line
    anti join {{ ref('int_holders') }} as holders
        on line.season = holders.season
        and line.prize = holders.prize
        and line.racer_key = holders.racer_key
        and line.turn >= holders.out_from_turn
    where line.prize = 'evo'
        and line.exception_reason is null
    window in_this_round as (
        partition by line.season, line.round_number
        order by line.place_in_line
    )
    qualify award_number <= line.quota
)

select
    season,
    round_number,
    winners.round_name,
    award_number::integer as award_number,
    winners.user_id,
    winners.alias,
    winners.race,
    winners.race_rank,
    winners.leaderboard_arn,
    decisions.sentence,
    winners.evidence,
    not winners.is_settled as is_provisional
from winners
left join {{ ref('prize_decisions') }} as decisions
    using (season, round_number, prize, award_number)
order by season, round_number, award_number
