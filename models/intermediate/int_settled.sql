-- Which awards are settled: one row per season, prize and round that has a race for it.
--
-- Rule: an award is settled when every race it depends on is decided, that is, has its
-- final ranking. A prize in a round depends on
--   * all races of its line in that round (prize_lines.csv, round_races.csv);
--   * who holds a blocking prize by then (prize_blocks.csv): all awards of that prize in
--     earlier rounds (at once: of this one, too), and on everything that those depend on
--     in turn.
-- Nothing else matters: 2021's places in October's finale depend on October's race and
-- on the finales of March to September, which gave the seats that block; not on
-- October's finale, and on no earlier Pro qualifier. A car blocks cars, so October's
-- depend on all months.
with recursive

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

open_awards as (
    select season, prize, turn
    from awards_to_be
    where has_open_race

    union

    -- what an open award blocks is open, too
    select later.season, later.prize, later.turn
    from open_awards as earlier
    inner join {{ ref('prize_blocks') }} as blocks
        on earlier.season = blocks.season
        and earlier.prize = blocks.held_prize
    inner join awards_to_be as later
        on blocks.season = later.season
        and blocks.prize = later.prize
        and later.turn
        >= earlier.turn + case when blocks.applies = 'at once' then 0 else 1 end
)

select
    season,
    prize,
    round_number,
    open_awards.turn is null as is_settled
from awards_to_be
left join open_awards using (season, prize, turn)
