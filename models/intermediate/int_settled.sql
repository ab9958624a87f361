-- Which awards are settled: one row per season, prize and round that has a race for it.
--
-- Rule: an award is settled when every race it depends on is decided, that is, has its
-- final ranking. A prize in a round depends on
--   * all races of its line in that round (prize_lines.csv, round_races.csv);
--   * whoever holds a blocking prize by then (prize_blocks.csv): all awards of that prize
--     in earlier rounds, and with them on everything that those depend on in turn.
-- Nothing else matters: 2021's places in October's finale depend on October's race and
-- on the finales of March to September, which gave the seats that block; not on October's
-- finale, and on no earlier month's race. A car blocks cars, so October's depend on
-- all months.
--
-- As in award_in_turns the rounds are written out as turns, each of which reads the one
-- before once.
with

awards_to_be as (
    select
        rounds.season,
        prize_lines.prize,
        rounds.round_number,
        rounds.turn,
        count(*) > count(decided.leaderboard_arn) as has_open_race
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

blocking as (
    select season, prize, {{ collected_once('held_prize') }} as blocked_by
    from {{ ref('prize_blocks') }}
    group by season, prize
),

open_after_0 as (
    select season, prize, round_number, turn, blocked_by, has_open_race as is_open
    from awards_to_be
    left join blocking using (season, prize)
),
{% for turn in range(1, turns() + 1) %}
open_after_{{ turn }} as {{ computed_once() }}(
    select
        season, prize, round_number, turn, blocked_by,
        is_open or (turn = {{ turn }} and {{ share_a_value('blocked_by', collected(
            "case when is_open and turn < " ~ turn ~ " then prize end"
        ) ~ " over (partition by season)") }} is true) as is_open
    from open_after_{{ turn - 1 }}
),
{% endfor %}
settled as (
    select season, prize, round_number, not is_open as is_settled
    from open_after_{{ turns() }}
)

select * from settled
