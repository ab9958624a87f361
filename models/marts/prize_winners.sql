-- Every prize of every season: who won it, in which round, by which result.
-- How a prize is given: docs/rules and macros/award_in_turns.sql.
with

winners as (
    select
        season, round_number, round_name, prize, award_number, user_id, alias,
        race, race_rank, leaderboard_arn
    from {{ ref('int_awards') }}
    where kind = 'prize'
    union all
    select
        season, round_number, round_name, prize, award_number, user_id, winner_alias,
        race, race_rank, leaderboard_arn
    from {{ ref('int_named_winners') }}
),

decisions as (
    select season, round_number, prize, award_number, sentence, evidence, is_provisional
    from {{ ref('prize_decisions') }}
    where decision = 'won'
)

select
    season,
    round_number,
    round_name,
    prize,
    cast(award_number as integer) as award_number,
    winners.user_id,
    winners.alias,
    winners.race,
    winners.race_rank,
    winners.leaderboard_arn,
    decisions.sentence,
    decisions.evidence,
    decisions.is_provisional
from winners
inner join decisions using (season, round_number, prize, award_number)
order by season, round_number, prize, award_number
