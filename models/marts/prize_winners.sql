-- Every prize of every season: who won it, in which round, by which result.
-- The rule is int_awards; docs/rules explains it prize by prize, prize_rules season by
-- season. The winners named by the catalogue (2020) come from int_named_winners.
with

winners as (
    select
        season, round_number, round_name, prize, award_number, user_id, alias,
        race, race_rank, leaderboard_arn, evidence, not is_settled as is_provisional
    from {{ ref('int_awards') }}
    where kind = 'prize' and scenario = 'as given'
    union all
    select
        season, round_number, round_name, prize, award_number, user_id, winner_alias,
        race, race_rank, leaderboard_arn, evidence, false
    from {{ ref('int_named_winners') }}
)

select
    season,
    round_number,
    winners.round_name,
    prize,
    cast(award_number as integer) as award_number,
    winners.user_id,
    winners.alias,
    winners.race,
    winners.race_rank,
    winners.leaderboard_arn,
    decisions.sentence,
    winners.evidence,
    winners.is_provisional
from winners
left join {{ ref('prize_decisions') }} as decisions
    using (season, round_number, prize, award_number)
order by season, round_number, prize, award_number
