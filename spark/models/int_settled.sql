-- Which awards are settled, in Spark's words: the rule, and what one row is, stand in
-- models/intermediate/int_settled.sql. Spark's recursion has no `union` that ends where
-- nothing new is found, so the moments are written out, as in int_awards.
{%- set moments = [] %}
{%- if execute %}
    {%- set moments = run_query(
        "select distinct turn, step from " ~ ref('int_rounds') ~ " inner join "
        ~ ref('int_prize_steps') ~ " using (season) order by turn, step"
    ).rows %}
{%- endif %}
with

awards_to_be as (
    select
        rounds.season,
        prize_lines.prize,
        rounds.round_number,
        rounds.turn,
        count(*) > count(decided.leaderboard_arn) as has_open_race
    from {{ ref('int_rounds') }} as rounds
    inner join {{ ref('round_races') }} as round_races using (season, round_number)
    inner join {{ ref('prize_lines') }} as prize_lines using (season, race)
    left join (
        select distinct leaderboard_arn from {{ ref('int_rankings') }}
        where is_final
    ) as decided
        on round_races.leaderboard_arn = decided.leaderboard_arn
    group by rounds.season, prize_lines.prize, rounds.round_number, rounds.turn
),

blocks as (
    {{ blocking_prizes() }}
),

after_0 as (
    select
        season, prize, round_number, turn, steps.step, blocking_prizes,
        has_open_race as is_open
    from awards_to_be
    inner join {{ ref('int_prize_steps') }} as steps using (season, prize)
    left join blocks using (season, prize)
),
{% for turn, step in moments %}
after_{{ loop.index }} as (
    select
        season, prize, round_number, turn, step, blocking_prizes,
        is_open or (
            turn = {{ turn }} and step = {{ step }}
            and arrays_overlap(blocking_prizes, collect_list(case
                when is_open and turn < {{ turn }} then prize
                when is_open and turn = {{ turn }} and step < {{ step }}
                    then prize || ' of this turn'
            end) over (partition by season)) is true
        ) as is_open
    from after_{{ loop.index0 }}
),
{% endfor %}
settled as (
    select season, prize, round_number, not is_open as is_settled
    from after_{{ moments | length }}
)

select * from settled
