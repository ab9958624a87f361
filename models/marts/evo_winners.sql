-- The cars.
-- Rule: each month ten AWS DeepRacer Evo, first from the finale's ranking, then from the
-- month's race, skipping everybody who has a car. An unfilled quota is not carried over.
-- Source: the article "Who won what in the AWS DeepRacer League 2021?".
select
    season, round_number, round_name, award_number, user_id, alias, race, race_rank,
    leaderboard_arn, sentence, evidence, is_provisional
from {{ ref('prize_winners') }}
where prize = 'evo'
order by season, round_number, award_number
