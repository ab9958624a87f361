-- Who is invited to a race: one row per season, invitation, round and place. In the AWS
-- DeepRacer League there is one invitation, to the month's finale.
--
-- Rule: each round, down the ranking of the race that invites (seeds/prize_lines.csv;
-- the Pro qualifier) without the racers who hold a prize that blocks the invitation
-- (seeds/prize_blocks.csv; a seat won in an earlier finale), the first `quota` are
-- invited (seeds/prizes.csv). No-shows are not replaced. Provisional until the Pro
-- qualifier and the finales of all earlier months are decided; the month's own finale
-- changes nothing.
-- Source, evidence and numbers of each season: the table prize_rules. The October
-- line-up printed in 2021's source also leaves out that finale's own winners; the rule
-- does not.
with

invited as (
    select
        line.*,
        row_number() over in_this_round as award_number
    from {{ ref('int_prize_lines') }} as line
    anti join {{ ref('int_holders') }} as holders
        on line.season = holders.season
        and line.prize = holders.prize
        and line.racer_key = holders.racer_key
        and line.turn >= holders.out_from_turn
    where line.kind = 'invitation'
        and line.exception_reason is null
    window in_this_round as (
        partition by line.season, line.prize, line.round_number
        order by line.place_in_line
    )
    qualify award_number <= line.quota
)

select
    season,
    round_number,
    invited.round_name,
    prize,
    award_number::integer as award_number,
    invited.user_id,
    invited.alias,
    invited.race,
    invited.race_rank,
    invited.leaderboard_arn,
    decisions.sentence,
    invited.evidence,
    not invited.is_settled as is_provisional
from invited
left join {{ ref('prize_decisions') }} as decisions
    using (season, round_number, prize, award_number)
order by season, round_number, prize, award_number
