-- Who raced in the championship's knockouts, and with which seat: one row per season and
-- racer who holds a seat or was seen there.
-- Only about the AWS DeepRacer League: another league has no races called knockouts and
-- bracket, and this table is empty.
-- Seats are what the rules say (prize_winners); seen is what the league's boards show.
with

boards as (
    select * from {{ ref('round_races') }}
    where race in ('knockouts', 'bracket')
),

seen as (
    select season, rankings.user_id, boards.race, rankings.leaderboard_arn,
        rankings.race_rank, rankings.alias
    from boards
    inner join {{ ref('int_rankings') }} as rankings using (leaderboard_arn)
    where is_final
),

knockouts as (
    select * from seen where race = 'knockouts'
),

seats as (
    select season, user_id, alias, prize as seat, round_name as seat_round
    from {{ ref('prize_winners') }}
    semi join knockouts using (season)
    where prize in ('championship_seat', 'wildcard_seat')
)

select
    season,
    user_id,
    coalesce(knockouts.alias, seats.alias) as alias,
    seats.seat,
    seats.seat_round,
    knockouts.leaderboard_arn as knockout_leaderboard_arn,
    knockouts.race_rank as knockout_rank,
    bracket.user_id is not null as is_in_bracket,
    bracket.race_rank as bracket_rank,
    case
        when seats.user_id is null then 'raced without a seat we know of'
        when knockouts.user_id is null then 'seat holder not seen'
        else 'seat holder raced'
    end as attendance
from seats
full join knockouts using (season, user_id)
left join (select * from seen where race = 'bracket') as bracket using (season, user_id)
order by season, knockout_leaderboard_arn, knockout_rank
