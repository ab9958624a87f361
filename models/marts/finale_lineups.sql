-- Who is invited to a race: one row per season, invitation, round and place. In the AWS
-- DeepRacer League there is one invitation, to the month's finale.
-- Rule: the month's Pro ranking without racers who held a seat before this finale; first
-- 16. No-shows were not replaced in 2021. Provisional until the month's race and the
-- finales of all earlier months are decided; the month's own finale changes nothing.
-- Source: the article "Who won what in the AWS DeepRacer League 2021?", whose printed
-- October line-up also leaves out that finale's own winners; the rule does not.
with

invited as (
    select * from {{ ref('int_awards') }}
    where kind = 'invitation'
),

decisions as (
    select season, round_number, prize, award_number, sentence, is_provisional
    from {{ ref('prize_decisions') }}
    where decision = 'won'
)

select
    season,
    round_number,
    invited.round_name,
    prize,
    cast(award_number as integer) as award_number,
    invited.user_id,
    invited.alias,
    invited.race,
    invited.race_rank,
    invited.leaderboard_arn,
    decisions.sentence,
    invited.evidence,
    decisions.is_provisional
from invited
inner join decisions using (season, round_number, prize, award_number)
order by season, round_number, prize, award_number
