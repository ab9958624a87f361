-- What the rows of seeds/exceptions.csv changed: one row per season, prize and racer whose
-- award is another one than it would have been. A prize that one can get in every round (a
-- place in a finale) has a row per round.
with

once_a_season as (
    select season, prize from {{ ref('prize_blocks') }}
    where prize = held_prize
),

before as (
    select awards.*, case when once.prize is null then round_number end as pair_round
    from {{ ref('int_awards_without_exceptions') }} as awards
    left join once_a_season as once using (season, prize)
),

after as (
    select awards.*, case when once.prize is null then round_number end as pair_round
    from {{ ref('int_awards') }} as awards
    semi join {{ ref('exceptions') }} as exceptions using (season)
    left join once_a_season as once using (season, prize)
),

excepted as (
    select distinct season, prize, user_id, exception_reason
    from {{ ref('int_prize_lines') }}
    where exception_reason is not null
),

changed as (
    select
        coalesce(before.season, after.season) as season,
        coalesce(before.prize, after.prize) as prize,
        coalesce(before.racer_key, after.racer_key) as racer_key,
        coalesce(before.user_id, after.user_id) as user_id,
        coalesce(before.alias, after.alias) as alias,
        before.round_number as round_number_before,
        before.round_name as round_before,
        after.round_number as round_number_after,
        after.round_name as round_after,
    from before
    full join after
        on before.season = after.season
        and before.prize = after.prize
        and before.racer_key = after.racer_key
        and before.pair_round is not distinct from after.pair_round
    where before.round_number is distinct from after.round_number
)

select
    season,
    prize,
    user_id,
    alias,
    case
        when round_after is null and exception_reason is not null then 'lost'
        when round_after is null then 'worse off'
        when round_before is null then 'moved up'
        when round_number_after < round_number_before then 'better off'
        else 'worse off'
    end as change,
    round_number_before,
    round_before,
    round_number_after,
    round_after,
    case
        when round_after is null then one || ' of ' || round_before || ' ' || case
            when exception_reason is not null then 'lost: ' || exception_reason
            else 'lost: somebody who would have won earlier now stands in front'
        end
        when round_before is null then one || ' of ' || round_after || ' won: somebody in front is out'
        else one || ' won in ' || round_after || ' and not in ' || round_before
    end || '.' as sentence,
from changed
left join excepted using (season, prize, user_id)
left join {{ ref('prize_names') }} as names using (prize)
order by season, prize, coalesce(round_number_before, round_number_after), change, user_id
