-- Who stands in line for which prize, and in which order. One row per season, prize,
-- round and racer.
--
-- seeds/prize_lines.csv says whose ranking makes the line and which ranking goes first
-- (2021, Evo: "from the finale ranking first, then the month's ranking"). A racer who is
-- in two rankings stands once, at the better place. Within a ranking the league's own
-- Rank decides and nothing else. Past winners still stand here: who leaves the line, and
-- when, is decided in int_awards. So does a racer taken out by seeds/exceptions.csv,
-- with the reason; of several exceptions the earliest counts. `quota` is that of the
-- prize (prizes.csv), or of this round where round_quotas.csv has another.
with

prizes as (
    select * from {{ ref('prizes') }}
),

rounds as (
    select * from {{ ref('int_rounds') }}
),

rankings as (
    select * from {{ ref('int_rankings') }}
),

places as (
    select
        prizes.season, prizes.prize, prizes.kind, prizes.evidence,
        coalesce(round_quotas.quota, prizes.quota) as quota,
        rounds.turn, steps.step,
        rounds.round_number, rounds.round_name, settled.is_settled,
        prize_lines.line_order, prize_lines.race,
        rankings.leaderboard_arn, rankings.race_rank, rankings.position,
        rankings.is_final, rankings.racer_key, rankings.user_id, rankings.alias
    from prizes
    inner join {{ ref('prize_lines') }} as prize_lines using (season, prize)
    inner join {{ ref('round_races') }} as round_races using (season, race)
    inner join rounds using (season, round_number)
    inner join {{ ref('int_prize_steps') }} as steps using (season, prize)
    inner join {{ ref('int_settled') }} as settled using (season, prize, round_number)
    left join {{ ref('round_quotas') }} as round_quotas
        using (season, prize, round_number)
    inner join rankings using (leaderboard_arn)
    where prizes.evidence <> 'catalogue'
),

best_place_of_each_racer as (
    select *
    from places
    qualify row_number() over (
        partition by season, prize, round_number, racer_key
        order by line_order, race_rank, position
    ) = 1
),

exceptions as (
    select
        places.season, places.prize, places.round_number, places.racer_key,
        exceptions.reason as exception_reason,
        exceptions.source as exception_source
    from best_place_of_each_racer as places
    inner join {{ ref('exceptions') }} as exceptions
        on places.season = exceptions.season
        and places.user_id = exceptions.user_id
        and exceptions.prize in (places.prize, 'all')
        and exceptions.from_round <= places.round_number
        and (exceptions.to_round is null or exceptions.to_round >= places.round_number)
    qualify row_number() over (
        partition by places.season, places.prize, places.round_number, places.racer_key
        order by exceptions.from_round, exceptions.prize
    ) = 1
)

select
    *,
    row_number() over (
        partition by season, prize, round_number
        order by line_order, race_rank, position
    ) as place_in_line
from best_place_of_each_racer
left join exceptions using (season, prize, round_number, racer_key)
