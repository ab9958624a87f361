-- Who should have been promoted to the Pro division, and who was seen there a round
-- later: one row per season, round and racer of the open race who was not yet Pro.
--
-- Rule (inferred): the first round(10 % of the rows) of a month's open race, in Pro from
-- the next month on and for the rest of the season; the pre-season feeds March. 752 rows
-- -> 75. The share is a decimal, not a double, so that half a racer always counts as
-- one: 0.35 of 90 are 32. A racer taken out of prizes by seeds/exceptions.csv keeps
-- the place in the ranking, counts among the first 10 % and is promoted: an exception is
-- about prizes, and a promotion is none.
-- Source: who raced in the Pro division the month after.
with

rounds as (
    select * from {{ ref('int_rounds') }}
),

entries as (
    select season, round_number, round_name, turn, race, rankings.*,
        count(*) over (partition by leaderboard_arn) as racers
    from rounds
    inner join {{ ref('round_races') }} as round_races using (season, round_number)
    inner join {{ ref('int_rankings') }} as rankings using (leaderboard_arn)
    where rankings.is_final
),

open_race as (
    select entries.*, rules.to_race, round(share * racers) as places,
        race_rank <= places as is_in_share
    from entries
    inner join {{ ref('promotion_rules') }} as rules
        on entries.season = rules.season and entries.race = rules.from_race
),

already_pro as (
    select season, user_id, turn
    from entries
    semi join {{ ref('promotion_rules') }} as rules
        on entries.season = rules.season and entries.race = rules.to_race
    union all
    -- a promoted racer is Pro from the next turn on, seen there or not
    select season, user_id, turn + 1
    from open_race
    where is_in_share
)

select
    season,
    round_number,
    round_name,
    user_id,
    alias,
    race_rank,
    racers::integer as racers,
    places::integer as places,
    is_in_share as is_promoted,
    exists(
        select 1 from entries as next
        where next.season = open_race.season and next.turn = open_race.turn + 1
            and next.user_id = open_race.user_id and next.race = open_race.to_race
    ) as raced_pro_next,
    exists(
        select 1 from entries as next
        where next.season = open_race.season and next.turn = open_race.turn + 1
            and next.user_id = open_race.user_id and next.race = open_race.race
    ) as raced_open_next
from open_race
anti join already_pro
    on open_race.season = already_pro.season
    and open_race.user_id = already_pro.user_id
    and already_pro.turn <= open_race.turn
order by season, round_number, race_rank
