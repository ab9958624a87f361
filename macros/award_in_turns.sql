{#
The one place where prizes are given.

"So many a round, nobody twice" is sequential: who holds a prize after May decides who
stands in line in June. A turn is a round of a season, numbered 1, 2, 3 … without gaps.
In each turn, for every season and prize at once:

    1. whoever already holds a prize that bars from this one leaves the line  (anti join)
    2. of those who remain the first `quota` win                        (window function)

An unfilled quota ends with its round. Sources: the `source` column of seeds/prizes.csv.

    line    season, prize, turn, quota, place_in_line, racer_key, …
            one row per season, prize, turn and racer
    blocks  season, prize, held_prize: who holds `held_prize` is out of line for `prize`

Returns CTEs `turn_1` … and `awards`, the rows of `line` that win.
#}
{% macro award_in_turns(line, blocks) -%}
    held_before_1 as (
        select season, prize, racer_key from {{ line }} where false
    ),
{% for turn in range(1, turns() + 1) %}
    turn_{{ turn }} as (
        select line.*
        from {{ line }} as line
        anti join held_before_{{ turn }} using (season, prize, racer_key)
        where line.turn = {{ turn }}
        qualify row_number() over (
            partition by line.season, line.prize
            order by line.place_in_line
        ) <= line.quota
    ),

    held_before_{{ turn + 1 }} as (
        select * from held_before_{{ turn }}
        union all
        select won.season, blocks.prize, won.racer_key
        from turn_{{ turn }} as won
        inner join {{ blocks }} as blocks
            on won.season = blocks.season and won.prize = blocks.held_prize
    ),
{% endfor %}
    awards as (
{%- for turn in range(1, turns() + 1) %}
        select * from turn_{{ turn }}
        {{- " union all" if not loop.last }}
{%- endfor %}
    )
{%- endmacro %}

{# How many turns are written out: the same for all seasons, so that nothing is looked up
   while compiling. The test `every_round_has_a_turn` says when a season outgrows it. Small
   leagues in tests are asked faster with fewer. #}
{% macro turns() %}{{ return(var('turns', 14)) }}{% endmacro %}
