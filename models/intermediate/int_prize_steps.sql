-- In which order the prizes of a round are given: one row per season and prize.
--
-- Rule: all in step 0, but a prize that another blocks `at once`
-- (seeds/prize_blocks.csv) is given a step after that other. Prizes that block each
-- other at once have no order: such rows stop the build before.
-- depends_on: {{ ref('int_seed_problems') }}
with recursive

prizes as (
    select season, prize, count(*) over (partition by season) as prizes_of_season
    from {{ ref('prizes') }}
),

steps as (
    select season, prize, 0 as step from prizes

    union all

    select prizes.season, prizes.prize, steps.step + 1
    from steps
    inner join {{ ref('prize_blocks') }} as blocks
        on steps.season = blocks.season
        and steps.prize = blocks.held_prize
        and blocks.applies = 'at once'
    inner join prizes
        on blocks.season = prizes.season
        and blocks.prize = prizes.prize
    -- so that a circle of blocks would end as well
    where steps.step < prizes.prizes_of_season
)

select season, prize, max(step) as step
from steps
group by season, prize
