{#
Why a racer has another award in one answer to a season than in another: what stood in the way
in the one and not in the other.

Expects the CTEs of changes_of_awards, and `changed` of it. CTEs up to `explained`: the rows of
`changed` with why_lost, why_won and the exception_reason of the second answer.
#}
{% macro why_awards_changed() -%}
    {# What blocks, in one answer, what was won in the other. -#}
    {% for answer in ('before', 'after') -%}
    held_{{ answer }} as (
        select
            changed.season, changed.prize, changed.racer_key, changed.round_number,
            coalesce(names.one, held.prize) as held_one,
            held.round_name as held_since
        from changed
        inner join {{ answer }}_blocks as blocks using (season, prize)
        inner join {{ answer }}_awards as held
            on changed.season = held.season
            and blocks.held_prize = held.prize
            and changed.racer_key = held.racer_key
            and held.round_number < changed.round_number
        left join {{ ref('prize_names') }} as names on held.prize = names.prize
        where changed.round_number_{{ answer }} is null
        qualify row_number() over (
            partition by changed.season, changed.prize, changed.racer_key, changed.round_number
            order by held.round_number, held.prize
        ) = 1
    ),

    {% endfor -%}
    explained as (
        select
            changed.*,
            coalesce(names.one, changed.prize) as one,
            after_line.exception_reason,
            case
                when after_line.racer_key is null then 'no longer in line'
                when after_line.exception_reason is not null
                    then after_line.exception_reason
                when held_after.held_one is not null then 'the ' || held_after.held_one
                    || ' won in ' || held_after.held_since || ' is in the way'
                when number_before > after_line.quota
                    then {{ counted('after_line.quota', "'is'", "'are'") }} || ' given, not '
                        || before_line.quota
                else 'somebody stands in front who did not before'
            end as why_lost,
            case
                when before_line.racer_key is null then 'not in line before'
                when before_line.exception_reason is not null
                    then 'no longer ' || before_line.exception_reason
                when held_before.held_one is not null then 'the ' || held_before.held_one
                    || ' won in ' || held_before.held_since || ' is not in the way'
                when number_after > before_line.quota
                    then {{ counted('after_line.quota', "'is'", "'are'") }} || ' given, not '
                        || before_line.quota
                else 'somebody in front is out of line'
            end as why_won
        from changed
        left join before_line using (season, prize, racer_key, round_number)
        left join after_line using (season, prize, racer_key, round_number)
        left join held_before using (season, prize, racer_key, round_number)
        left join held_after using (season, prize, racer_key, round_number)
        left join {{ ref('prize_names') }} as names on changed.prize = names.prize
    )
{%- endmacro %}
