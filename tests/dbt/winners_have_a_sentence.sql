-- A winner is a row of its own and does not hang on its sentence; but each has one.
with

problems as (
    select prize || ', ' || round_name || ' ' || season || ': award ' || award_number
        || ' has no sentence.' as problem
    from {{ ref('prize_winners') }}
    where sentence is null

    union all
    select prize || ', ' || round_name || ' ' || season || ': place ' || award_number
        || ' has no sentence.'
    from {{ ref('finale_lineups') }}
    where sentence is null
)

{{ say_problems() }}
