-- What must hold of every award, however it was computed: never more in a round than the
-- quota, numbered 1, 2, 3 …, and never to somebody who held a blocking prize before.
with

awards as (
    select * from {{ ref('int_awards') }}
),

problems as (
    select
        prize || ', ' || round_name || ' ' || season || ': ' || count(*)
        || ' awards, numbered to ' || max(award_number) || '; the quota is '
        || any_value(quota) || '.' as problem
    from awards
    group by season, round_number, round_name, prize
    having count(*) > any_value(quota)
        or count(*) <> max(award_number)
        or count(distinct award_number) <> count(*)
        or count(distinct racer_key) <> count(*)

    union all
    select
        awards.prize || ', ' || awards.round_name || ' ' || awards.season || ': '
        || awards.racer_key || ' already held ' || held.prize || ' since '
        || held.round_name || '.'
    from awards
    inner join {{ ref('prize_blocks') }} as blocks using (season, prize)
    inner join awards as held
        on blocks.season = held.season
        and blocks.held_prize = held.prize
        and awards.racer_key = held.racer_key
        and awards.turn > held.turn
)

{{ say_problems() }}
