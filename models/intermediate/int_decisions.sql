-- What became of every racer in line, and of those who were invited to a race that makes
-- the line and are not in its ranking (int_absent): one row per season, prize, round and
-- racer.
--
-- Adds to int_prize_lines the columns award_number, decision, held_prize, held_since and
-- eligible_place. The awards come from int_awards only. This model says why the others
-- got nothing: taken out by an exception, already holding a prize that blocks this one,
-- behind the last winner, or absent from the race.
with

line as (
    select * from {{ ref('int_prize_lines') }}
),

awards as (
    select * from {{ ref('int_awards') }}
    where scenario = 'as given'
),

held as (
    select
        line.season, line.prize, line.round_number, line.racer_key,
        holders.held_prize, holders.held_since
    from line
    inner join {{ ref('int_holders') }} as holders using (season, prize, racer_key)
    where line.turn >= holders.out_from_turn
    -- of several held prizes the first counts
    qualify row_number() over (
        partition by line.season, line.prize, line.round_number, line.racer_key
        order by holders.held_since_turn, holders.held_prize
    ) = 1
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
)

select
    season, prize, quota, turn, round_number, round_name, is_settled, is_final, evidence,
    kind, racer_key, user_id, alias, race, race_rank, leaderboard_arn,
    place_in_line, award_number, decision, held_prize, held_since, exception_source,
    -- the place that counts: among the racers who could win
    case when decision in ('won', 'beyond the quota') then row_number() over (
        partition by season, prize, round_number, decision in ('won', 'beyond the quota')
        order by place_in_line
    ) end as eligible_place
from decided

union all

select
    season, prize, null, turn, round_number, round_name, is_settled, is_final, evidence,
    kind, racer_key, user_id, alias, race, null, null,
    null, null, 'absent from the ' || race, null, null, null,
    null
from {{ ref('int_absent') }}
