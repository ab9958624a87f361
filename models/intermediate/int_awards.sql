-- Who is awarded what: one row per scenario, season, prize, round and award.
--
-- Rule, round by round for every prize of every season:
--   1. A racer who holds a prize that blocks this one is out of its line, from the next
--      round on or at once (seeds/prize_blocks.csv).
--   2. Of the others in line the first `quota` win (seeds/prizes.csv). What is left of a
--      quota ends with its round.
-- Source: the column `source` of seeds/prizes.csv, season by season.
--
-- Scenario `as given` is the answer. `without exceptions` exists only in seasons in
-- which seeds/exceptions.csv takes a racer out of a line; prize_changes compares the
-- two.
with recursive

line_of_each_scenario as (
    select *, 'as given' as scenario
    from {{ ref('int_prize_lines') }}
    where exception_reason is null

    union all

    select *, 'without exceptions' as scenario
    from {{ ref('int_prize_lines') }}
    where season in (
        select season from {{ ref('int_prize_lines') }}
        where exception_reason is not null
    )
),

line as (
    -- round by round, and within a round in the order in which its prizes are given
    select *, dense_rank() over (order by turn, step) as moment
    from line_of_each_scenario
),

winners as (
    -- before the first round nothing is won
    select
        0::bigint as after_moment, null::varchar as scenario, null::integer as season,
        null::varchar as prize, null::bigint as turn, null::varchar as racer_key

    union all

    (
        -- what was won stays won
        select after_moment + 1, scenario, season, prize, turn, racer_key
        from winners
        where after_moment < (select max(moment) from line)

        union all

        -- of those in line who hold nothing that blocks, the first `quota` win
        select
            line.moment, line.scenario, line.season, line.prize, line.turn,
            line.racer_key
        from line
        anti join (
            select
                held.scenario, blocks.season, blocks.prize, held.racer_key,
                held.turn + case when blocks.applies = 'at once' then 0 else 1 end
                    as out_from_turn
            from {{ ref('prize_blocks') }} as blocks
            inner join winners as held
                on blocks.season = held.season
                and blocks.held_prize = held.prize
        ) as holders
            on line.scenario = holders.scenario
            and line.season = holders.season
            and line.prize = holders.prize
            and line.racer_key = holders.racer_key
            and line.turn >= holders.out_from_turn
        where line.moment = (select max(after_moment) + 1 from winners)
        qualify row_number() over (
            partition by line.scenario, line.season, line.prize
            order by line.place_in_line
        ) <= line.quota
    )
)

select
    line.* exclude (moment),
    row_number() over (
        partition by scenario, season, prize, round_number
        order by place_in_line
    ) as award_number
from line
semi join (
    select * from winners
    where after_moment = (select max(moment) from line)
) as won using (scenario, season, prize, turn, racer_key)
