-- Championship seats.
-- Rule: the first three of each month's finale; never twice to one racer: whoever holds
-- a seat is passed over and the next in the finale's ranking moves up. 24 in 2021.
-- Source: the article "Who won what in the AWS DeepRacer League 2021?".
select
    season, round_number, round_name, award_number, user_id, alias, race, race_rank,
    leaderboard_arn, sentence, evidence, is_provisional
from {{ ref('prize_winners') }}
where prize = 'championship_seat'
order by season, round_number, award_number
