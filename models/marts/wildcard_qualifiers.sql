-- The last championship seats.
-- Rule: the ranking of the Wildcard race without everybody who holds a seat; first five.
-- Source: the article "Who won what in the AWS DeepRacer League 2021?".
select
    season, round_number, round_name, award_number, user_id, alias, race, race_rank,
    leaderboard_arn, sentence, evidence, is_provisional
from {{ ref('prize_winners') }}
where prize = 'wildcard_seat'
order by season, round_number, award_number
