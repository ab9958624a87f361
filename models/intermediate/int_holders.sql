-- Who holds a prize that blocks another: one row per season, blocked prize, racer and
-- held prize.
--
-- Rule: the holder is out of the other prize's line from the turn `out_from_turn` on:
-- the next round, or the same one where seeds/prize_blocks.csv says `at once`.
select
    blocks.season,
    blocks.prize,
    held.racer_key,
    blocks.held_prize,
    min_by(held.round_name, held.turn) as held_since,
    min(held.turn) as held_since_turn,
    min(held.turn) + case when blocks.applies = 'at once' then 0 else 1 end
        as out_from_turn
from {{ ref('prize_blocks') }} as blocks
inner join {{ ref('int_awards') }} as held
    on blocks.season = held.season
    and blocks.held_prize = held.prize
    and held.scenario = 'as given'
group by
    blocks.season, blocks.prize, held.racer_key, blocks.held_prize, blocks.applies
