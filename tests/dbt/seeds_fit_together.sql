-- The rows in seeds/ make a season only together. What does not fit would lose winners
-- without a word: a null quota awards nothing, an unknown race lines nobody up.
with

problems as (
    select
        'prizes.csv: ' || prize || ' of ' || season || ' has the quota '
        || coalesce(quota::varchar, 'null') || '; expected a whole number above 0.' as problem
    from {{ ref('prizes') }}
    where quota is null or quota < 1

    union all
    select
        'prizes.csv: ' || prize || ' of ' || season || ' stands there '
        || count(*) || ' times; expected once.'
    from {{ ref('prizes') }}
    group by season, prize
    having count(*) > 1

    union all
    select
        'rounds.csv: round ' || round_number || ' of ' || season || ' stands there '
        || count(*) || ' times; expected once.'
    from {{ ref('rounds') }}
    group by season, round_number
    having count(*) > 1

    union all
    select
        'round_races.csv: ' || leaderboard_arn || ' stands there ' || count(*)
        || ' times; expected once.'
    from {{ ref('round_races') }}
    group by leaderboard_arn
    having count(*) > 1

    union all
    select
        'round_races.csv: round ' || round_number || ' of ' || season
        || ' is no row of rounds.csv.'
    from {{ ref('round_races') }}
    anti join {{ ref('rounds') }} using (season, round_number)

    union all
    select
        'prizes.csv: nobody stands in line for ' || prize || ' of ' || season
        || '; expected a row in prize_lines.csv whose race is in round_races.csv.'
    from {{ ref('prizes') }}
    anti join (
        select season, prize
        from {{ ref('prize_lines') }}
        inner join {{ ref('round_races') }} using (season, race)
    ) using (season, prize)

    union all
    select
        'prize_lines.csv: ' || prize || ' of ' || season || ' is no row of prizes.csv.'
    from {{ ref('prize_lines') }}
    anti join {{ ref('prizes') }} using (season, prize)

    union all
    select
        'prize_lines.csv: ' || race || ' for ' || prize || ' of ' || season
        || ' is in no row of round_races.csv.'
    from {{ ref('prize_lines') }}
    anti join {{ ref('round_races') }} using (season, race)

    union all
    select
        'prize_blocks.csv: ' || blocks.prize || ' or ' || blocks.held_prize || ' of '
        || season || ' is no row of prizes.csv.'
    from {{ ref('prize_blocks') }} as blocks
    left join {{ ref('prizes') }} as prizes using (season, prize)
    left join {{ ref('prizes') }} as held
        on blocks.season = held.season and blocks.held_prize = held.prize
    where prizes.prize is null or held.prize is null
)

{{ say_problems() }}
