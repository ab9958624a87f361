-- Which awards are settled: one row per season, prize and round that has a race for it.
--
-- Rule: an award is settled when every race it depends on is decided, that is, has its final
-- ranking. A prize in a round depends on
--   * all races of its line in that round (prize_lines.csv, round_races.csv);
--   * whoever holds a barring prize by then (prize_blocks.csv): all awards of that prize in
--     earlier rounds, and with them on everything that those depend on in turn.
-- Nothing else matters: 2021's places in October's finale depend on October's race and on
-- the finales of March to September, which gave the seats that bar; not on October's finale,
-- and on no earlier month's race. A car bars from cars, so October's depend on all months.
--
-- As in award_in_turns the rounds are written out as turns.
with

awards_to_be as (
    select
        rounds.season,
        prize_lines.prize,
        rounds.round_number,
        rounds.turn,
        max(case when decided.leaderboard_arn is null then 1 else 0 end) = 1 as has_open_race
    from {{ ref('int_rounds') }} as rounds
    inner join {{ ref('round_races') }} as round_races using (season, round_number)
    inner join {{ ref('prize_lines') }} as prize_lines using (season, race)
    left join (
        select distinct leaderboard_arn from {{ ref('int_rankings') }}
        where is_final
    ) as decided
        on round_races.leaderboard_arn = decided.leaderboard_arn
    group by rounds.season, prize_lines.prize, rounds.round_number, rounds.turn
),

open_before_1 as (
    select season, prize from awards_to_be where false
),
{% for turn in range(1, turns() + 1) %}
open_in_{{ turn }} as (
    select distinct awards_to_be.season, awards_to_be.prize
    from awards_to_be
    left join open_before_{{ turn }} as barring using (season, prize)
    where turn = {{ turn }} and (has_open_race or barring.prize is not null)
),

open_before_{{ turn + 1 }} as (
    select season, prize from open_before_{{ turn }}
    union
    select open_in.season, blocks.prize
    from open_in_{{ turn }} as open_in
    inner join {{ ref('prize_blocks') }} as blocks
        on open_in.season = blocks.season and open_in.prize = blocks.held_prize
),
{% endfor %}
open_awards as (
{%- for turn in range(1, turns() + 1) %}
    select season, prize, {{ turn }} as turn from open_in_{{ turn }}
    {{- " union all" if not loop.last }}
{%- endfor %}
)

select
    awards_to_be.season,
    awards_to_be.prize,
    awards_to_be.round_number,
    open_awards.prize is null as is_settled
from awards_to_be
left join open_awards using (season, prize, turn)
