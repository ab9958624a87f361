-- Who is invited to race the month's finale.
-- Rule: the month's Pro ranking without racers who held a seat before this finale; first
-- 16. No-shows were not replaced in 2021. Provisional until the finale has been held.
-- Source: the article "Who won what in the AWS DeepRacer League 2021?", whose printed
-- October line-up also leaves out that finale's own winners; the rule does not.
select
    season,
    round_number,
    round_name,
    award_number::integer as award_number,
    user_id,
    alias,
    race,
    race_rank,
    leaderboard_arn,
    evidence,
    not is_settled as is_provisional,
from {{ ref('int_awards') }}
where prize = 'finale_place'
order by season, round_number, award_number
