-- What must hold of every award, however it was computed: never more in a round than the
-- quota, numbered 1, 2, 3 …, and never to a racer who held a blocking prize before.
-- And where a racer wins two prizes of one round of which one blocks the other, the rows
-- must say that this is meant: a wrong winner is worse than no answer.
with

awards as (
    select * from {{ ref('int_awards') }}
    where scenario = 'as given'
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
        and awards.turn
        >= held.turn + case when blocks.applies = 'at once' then 0 else 1 end

    union all
    select
        'prize_blocks.csv: ' || awards.racer_key || ' wins both ' || held.prize
        || ' and ' || awards.prize || ' in ' || awards.round_name || ' ' || awards.season
        || ', and `applies` does not say whether ' || held.prize || ' blocks '
        || awards.prize
        || ' "at once" or "from the next round". Write one of the two.'
    from awards
    inner join {{ ref('prize_blocks') }} as blocks using (season, prize)
    inner join awards as held
        on blocks.season = held.season
        and blocks.held_prize = held.prize
        and awards.racer_key = held.racer_key
        and awards.turn = held.turn
    where blocks.applies is null and blocks.prize <> blocks.held_prize
)

{{ say_problems() }}
