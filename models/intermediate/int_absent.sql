-- Who won a place in a race and has no result in it, or none yet in one that still runs
-- (`is_final`), and so is nowhere in line for what that race gives: one row per season,
-- prize that the race gives, round and racer.
--
-- While a race has an unknown racer, it is not known who is missing there.
with

line as (
    select * from {{ ref('int_prize_lines') }}
),

given_there as (
    select
        line.season, line.prize, line.round_number, line.kind, line.race, line.evidence,
        line.is_settled, line.is_final, invitations.prize as invitation
    from line
    inner join {{ ref('prizes') }} as invitations
        on line.season = invitations.season and line.race = invitations.invites_to
    group by all
    having count(*) = count(line.user_id)
)

select
    given_there.season, given_there.prize, given_there.round_number, given_there.kind,
    given_there.race, given_there.evidence, given_there.is_settled, given_there.is_final,
    invited.turn, invited.round_name, invited.racer_key, invited.user_id,
    min(invited.alias) as alias
from {{ ref('int_awards') }} as invited
inner join given_there
    on invited.season = given_there.season
    and invited.round_number = given_there.round_number
    and invited.prize = given_there.invitation
anti join line
    on invited.season = line.season
    and invited.round_number = line.round_number
    and given_there.prize = line.prize
    and invited.racer_key = line.racer_key
where invited.scenario = 'as given'
group by all
