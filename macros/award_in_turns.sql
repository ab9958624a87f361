{#
The one place where prizes are given.

"So many a round, nobody twice" is sequential: who holds a prize after May decides who
stands in line in June. A turn is a round of a season, numbered 1, 2, 3 … without gaps.
In each turn, for every season and prize at once:

    1. of those in line the first `quota` win, and the others leave the line of that turn
       (`awarded_N`)
    2. whoever has won leaves the lines of later turns for every prize that is blocked by it
       (`in_line_N+1`)

What is left after the last turn are the awards. An unfilled quota ends with its round.
Sources: the `source` column of seeds/prizes.csv. What shows that it holds: the leagues in
models/intermediate/_awards_tests.yml, like nobody_wins_twice_and_the_next_in_line_moves_up.

    line    season, prize, turn, quota, place_in_line, racer_key, …
            one row per season, prize, turn and racer
    blocks  season, prize, held_prize: who holds `held_prize` is out of line for `prize`
            (seeds/prize_blocks.csv)

Returns CTEs `in_line_1` … and `awards`, the rows of `line` that win. Each reads the one
before once: Spark writes a CTE out wherever it is named, so that one named twice would
double the query with every turn.
#}
{% macro award_in_turns(line, blocks) -%}
    {%- set columns = "season, prize, turn, quota, place_in_line, racer_key, blocked_by" -%}
    blocking as (
        select season, prize, {{ collected_once('held_prize') }} as blocked_by
        from {{ blocks }}
        group by season, prize
    ),

    in_line_1 as (
        select {{ columns }}
        from {{ line }}
        left join blocking using (season, prize)
    ),
{% for turn in range(1, turns() + 1) %}
    awarded_{{ turn }} as {{ computed_once() }}(
        select {{ columns }}
        from in_line_{{ turn }}
        qualify turn > {{ turn }} or row_number() over (
            partition by season, prize, turn
            order by place_in_line
        ) <= quota
    ),

    in_line_{{ turn + 1 }} as {{ computed_once() }}(
        select
            {{ columns }},
            {{ collected("case when turn <= " ~ turn ~ " then prize end") }} over (
                partition by season, racer_key
            ) as has_won
        from awarded_{{ turn }}
        -- nobody twice
        qualify turn <= {{ turn }} or {{ share_a_value('blocked_by', 'has_won') }} is not true
    ),
{% endfor %}
    awards as (
        select line.*
        from {{ line }} as line
        semi join in_line_{{ turns() + 1 }} using (season, prize, turn, racer_key)
    )
{%- endmacro %}

{# How many turns are written out: the same for all seasons, so that nothing is looked up
   while compiling. The test `every_round_has_a_turn` says when a season outgrows it. Small
   leagues in tests are asked faster with fewer. On Spark fourteen turns take 91 to 95 of the
   100 passes that its analyzer makes at most; more need spark.sql.analyzer.maxIterations. #}
{% macro turns() %}{{ return(var('turns', 14)) }}{% endmacro %}
