-- A prize that somebody won, was invited by or stood in line for has a row in
-- season_coverage, which says how sure it is.
with

given as (
    select season, prize from {{ ref('prize_winners') }}
    union
    select season, prize from {{ ref('finale_lineups') }}
    union
    select season, prize from {{ ref('prize_decisions') }}
),

problems as (
    select
        'No row in season_coverage says how sure ' || prize || ' of ' || season || ' is.'
            as problem
    from given
    anti join {{ ref('season_coverage') }} using (season, prize)
)

{{ say_problems() }}
