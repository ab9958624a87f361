-- Who is awarded what, in Spark's words: the rule, and what one row is, stand in
-- models/intermediate/int_awards.sql. Spark refuses a recursive query that asks who has won
-- already, so the moments are written out, as many as the lines have. A moment is a turn and
-- a step. In each, of those in line
--
--   in_line_N  racers who hold a prize that blocks leave
--   won_N      the first `quota` win, and the others leave
--
-- Each reads the one before once: Spark writes a CTE out wherever it is named, so that one
-- named twice would double the query with every moment.
{%- set moments = [] %}
{%- if execute %}
    {%- set moments = run_query(
        "select distinct turn, step from " ~ ref('int_prize_lines') ~ " order by turn, step"
    ).rows %}
{%- endif %}
with

line as (
    select *, 'as given' as scenario
    from {{ ref('int_prize_lines') }}
    where exception_reason is null

    union all

    select *, 'without exceptions' as scenario
    from {{ ref('int_prize_lines') }}
    where season in (
        select season from {{ ref('int_prize_lines') }}
        where exception_reason is not null
    )
),

-- a prize that was won blocks by its name from the next turn on; before that, only those
-- that it blocks at once
blocks as (
    {{ blocking_prizes() }}
),

won_0 as (
    select
        scenario, season, prize, turn, step, quota, place_in_line, racer_key, blocking_prizes
    from line
    left join blocks using (season, prize)
),
{% for turn, step in moments %}
in_line_{{ loop.index }} as (
    select
        scenario, season, prize, turn, step, quota, place_in_line, racer_key, blocking_prizes,
        collect_list(case
            when turn < {{ turn }} then prize
            when turn = {{ turn }} and step < {{ step }} then prize || ' of this turn'
        end) over (partition by scenario, season, racer_key) as holds
    from won_{{ loop.index0 }}
    qualify not (turn = {{ turn }} and step = {{ step }})
        or arrays_overlap(blocking_prizes, holds) is not true
),

won_{{ loop.index }} as (
    select
        scenario, season, prize, turn, step, quota, place_in_line, racer_key, blocking_prizes
    from in_line_{{ loop.index }}
    qualify not (turn = {{ turn }} and step = {{ step }})
        or row_number() over (
            partition by scenario, season, prize, turn
            order by place_in_line
        ) <= quota
),
{% endfor %}
awards as (
    select line.*
    from line
    semi join won_{{ moments | length }}
        using (scenario, season, prize, turn, racer_key)
)

select
    *,
    row_number() over (
        partition by scenario, season, prize, round_number
        order by place_in_line
    ) as award_number
from awards
