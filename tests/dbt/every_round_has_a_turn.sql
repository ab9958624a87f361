-- int_awards writes out a fixed number of turns; a longer season would lose its last
-- rounds without a word.
with

problems as (
    select
        season || ' has ' || max(turn) || ' rounds, int_awards gives prizes in '
        || {{ turns() }} || ' turns. Raise `turns` in macros/award_in_turns.sql.'
            as problem
    from {{ ref('int_rounds') }}
    group by season
    having max(turn) > {{ turns() }}
)

{{ say_problems() }}
