-- What became of everybody in line: one row per season, prize, round and racer.
--
-- The awards come from int_awards and from nowhere else. What is found here is why
-- everybody else got nothing: taken out by an exception, already holding a prize that bars
-- from this one, or behind the last who won.
with

line as (
    select * from {{ ref('int_prize_lines') }}
),

awards as (
    select * from {{ ref('int_awards') }}
),

held as (
    select
        line.season,
        line.prize,
        line.round_number,
        line.racer_key,
        min_by(awards.prize, awards.turn) as held_prize,
        min_by(awards.round_name, awards.turn) as held_since
    from line
    inner join {{ ref('prize_blocks') }} as blocks using (season, prize)
    inner join awards
        on line.season = awards.season
        and blocks.held_prize = awards.prize
        and line.racer_key = awards.racer_key
        and awards.turn < line.turn
    group by all
),

decided as (
    select
        line.*,
        held.held_prize,
        held.held_since,
        awards.award_number,
        case
            when line.exception_reason is not null then line.exception_reason
            when held.held_prize is not null then 'already has one'
            when awards.award_number is not null then 'won'
            else 'beyond the quota'
        end as decision
    from line
    left join held using (season, prize, round_number, racer_key)
    left join awards using (season, prize, round_number, racer_key)
),

-- What the race gives to which somebody is invited. While an unknown racer is in
-- it, nobody can be said to be missing there.
given_there as (
    select
        line.season, line.prize, line.round_number, line.kind, line.race, line.evidence,
        line.is_settled, line.is_final, invitations.prize as invitation
    from line
    inner join {{ ref('prizes') }} as invitations
        on line.season = invitations.season and line.race = invitations.invites_to
    group by all
    having count(*) = count(line.user_id)
),

-- invited to the race, but without a result in it, or in one that still runs (`is_final`)
-- without one yet: nowhere in line for what it gives
absent as (
    select
        given.season, given.prize, given.round_number, given.kind, given.race,
        given.evidence, given.is_settled, given.is_final,
        invited.turn, invited.round_name, invited.racer_key, invited.user_id,
        min(invited.alias) as alias
    from awards as invited
    inner join given_there as given
        on invited.season = given.season
        and invited.round_number = given.round_number
        and invited.prize = given.invitation
    anti join line
        on invited.season = line.season
        and invited.round_number = line.round_number
        and given.prize = line.prize
        and invited.racer_key = line.racer_key
    group by all
)

select
    season, prize, quota, turn, round_number, round_name, is_settled, is_final, evidence, kind,
    racer_key, user_id, alias, race, race_rank, leaderboard_arn,
    place_in_line, award_number, decision, held_prize, held_since, exception_source,
    -- the place that counts: among those whom nothing keeps from winning
    case when decision in ('won', 'beyond the quota') then row_number() over (
        partition by season, prize, round_number, decision in ('won', 'beyond the quota')
        order by place_in_line
    ) end as place_still_in_line
from decided

union all

select
    season, prize, null, turn, round_number, round_name, is_settled, is_final, evidence, kind,
    racer_key, user_id, alias, race, null, null,
    null, null, 'absent from the ' || race, null, null, null,
    null
from absent
