-- In which order the prizes of a round are given, in Spark's words: the rule, and what one
-- row is, stand in models/intermediate/int_prize_steps.sql. Spark's recursion has `union all`
-- only, which finds a prize once for every way that leads to it.
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
    where steps.step < prizes.prizes_of_season
)

select season, prize, max(step) as step
from steps
group by season, prize
