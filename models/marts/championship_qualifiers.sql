-- The championship seats won in a finale: one row per seat.
--
-- Rule: each round, down the ranking of the finale (seeds/prize_lines.csv) without the
-- racers who hold a prize that blocks a seat (seeds/prize_blocks.csv: a seat), the first
-- `quota` win (seeds/prizes.csv): the next in the ranking moves up.
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
    where line.prize = 'championship_seat'
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
