-- What became of everybody in line, and of whoever was invited to a race that makes the
-- line and is not in its ranking: one row per season, prize, round and racer.
--
-- Adds to int_prize_lines the columns award_number, decision, held_prize, held_since and
-- place_still_in_line, and a row for each of the absent. The awards come from int_awards
-- and from nowhere else. What is found here is why everybody else got nothing: taken out
-- by an exception, already holding a prize that blocks this one, behind the last who
-- won, or absent from a race one was invited to.
with

line as (
    select * from {{ ref('int_prize_lines') }}
),

awards as (
    select * from {{ ref('int_awards') }}
),

held as (
    select
        line.season, line.prize, line.round_number, line.racer_key,
        awards.prize as held_prize,
        awards.round_name as held_since
    from line
    inner join {{ ref('prize_blocks') }} as blocks using (season, prize)
    inner join awards
        on line.season = awards.season
        and blocks.held_prize = awards.prize
        and line.racer_key = awards.racer_key
        and awards.turn < line.turn
    qualify row_number() over (
        partition by line.season, line.prize, line.round_number, line.racer_key
        order by awards.turn, awards.prize
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
),

{{ absent_from_their_race() }}

select
    season, prize, quota, turn, round_number, round_name, is_settled, is_final, evidence,
    kind, racer_key, user_id, alias, race, race_rank, leaderboard_arn,
    place_in_line, award_number, decision, held_prize, held_since, exception_source,
    -- the place that counts: among those whom nothing keeps from winning
    case when decision in ('won', 'beyond the quota') then row_number() over (
        partition by season, prize, round_number, decision in ('won', 'beyond the quota')
        order by place_in_line
    ) end as place_still_in_line
from decided

union all

select
    season, prize, null, turn, round_number, round_name, is_settled, is_final, evidence,
    kind, racer_key, user_id, alias, race, null, null,
    null, null, 'absent from the ' || race, null, null, null,
    null
from absent
