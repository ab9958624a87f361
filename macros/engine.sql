{# All that knows the engine. A model says what it wants in words that DuckDB and Spark both
   read; where there are none it calls a macro of this file. `default__` is DuckDB's wording,
   and each pair says why there are two. What only DuckDB does stands elsewhere: the proof of
   a build (proof.sql) and the shell's questions (publish/questions.sql), because what is
   published is a DuckDB file, and how dbt writes into one (persist_docs.sql). #}

{# Upstream writes whole numbers as `31151` in one file and `31151.0` in the next. #}
{% macro whole_number(text) -%}
    try_cast(nullif({{ text }}, '') as double)::bigint
{%- endmacro %}

{% macro decimal_number(text) -%}
    try_cast(nullif({{ text }}, '') as double)
{%- endmacro %}

{# Whole milliseconds as seconds in words, always with three decimals: 360 -> 0.360 s. #}
{% macro seconds(milliseconds) -%}
    cast({{ milliseconds }} / 1000 as decimal(18, 3)) || ' s'
{%- endmacro %}

{# 6652 -> 6,652. Two, because neither has the other's function. #}
{% macro thousands(number) -%}
    {{ adapter.dispatch('thousands')(number) }}
{%- endmacro %}

{% macro default__thousands(number) -%}
    format('{:,}', {{ number }})
{%- endmacro %}

{% macro spark__thousands(number) -%}
    format_number({{ number }}, 0)
{%- endmacro %}

{# Milliseconds since 1970 as text -> timestamp in UTC, without a zone.
   Two, because Spark's `timestamp` has the session's zone unless it is said to have none. #}
{% macro utc_timestamp(milliseconds) -%}
    {{ adapter.dispatch('utc_timestamp')(milliseconds) }}
{%- endmacro %}

{% macro default__utc_timestamp(milliseconds) -%}
    epoch_ms({{ whole_number(milliseconds) }})
{%- endmacro %}

{% macro spark__utc_timestamp(milliseconds) -%}
    timestampadd(millisecond, {{ whole_number(milliseconds) }}, timestamp_ntz '1970-01-01')
{%- endmacro %}

{# The beginning of the hour. Two, because Spark's date_trunc puts in the session's zone. #}
{% macro start_of_hour(moment) -%}
    {{ adapter.dispatch('start_of_hour')(moment) }}
{%- endmacro %}

{% macro default__start_of_hour(moment) -%}
    date_trunc('hour', {{ moment }})
{%- endmacro %}

{% macro spark__start_of_hour(moment) -%}
    ({{ moment }} - make_dt_interval(
        0, 0, extract(minute from {{ moment }}), extract(second from {{ moment }})
    ))
{%- endmacro %}

{# Whole hours from the beginning of an hour to a later time. Two, because Spark's timestampdiff
   puts in the session's zone. #}
{% macro hours_between(first, last) -%}
    {{ adapter.dispatch('hours_between')(first, last) }}
{%- endmacro %}

{% macro default__hours_between(first, last) -%}
    date_diff('hour', {{ first }}, {{ last }})
{%- endmacro %}

{% macro spark__hours_between(first, last) -%}
    (24 * extract(day from {{ last }} - {{ first }})
        + extract(hour from {{ last }} - {{ first }}))
{%- endmacro %}

{# The texts of a group as one, in order. Two, because the order stands in another place. #}
{% macro join_list(text, separator, order) -%}
    {{ adapter.dispatch('join_list')(text, separator, order) }}
{%- endmacro %}

{% macro default__join_list(text, separator, order) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order }})
{%- endmacro %}

{% macro spark__join_list(text, separator, order) -%}
    string_agg({{ text }}, '{{ separator }}') within group (order by {{ order }})
{%- endmacro %}

{# The values of a group as a list, in order. Two, because Spark makes its lists without an
   order: it is given to them afterwards. #}
{% macro ordered_list(value, order) -%}
    {{ adapter.dispatch('ordered_list')(value, order) }}
{%- endmacro %}

{% macro default__ordered_list(value, order) -%}
    list({{ value }} order by {{ order }})
{%- endmacro %}

{% macro spark__ordered_list(value, order) -%}
    transform(
        array_sort(collect_list(struct({{ order }}, {{ value }} as listed_value))),
        item -> item.listed_value
    )
{%- endmacro %}

{# Two, because Spark calls a list an array. #}
{% macro empty_list() -%}
    {{ adapter.dispatch('empty_list')() }}
{%- endmacro %}

{% macro default__empty_list() -%}
    []
{%- endmacro %}

{% macro spark__empty_list() -%}
    array()
{%- endmacro %}

{# Stops the build unless the text is null; the text is what its reader sees. Null otherwise.
   Two, because Spark's error is one even of null. #}
{% macro stop_with(text) -%}
    {{ adapter.dispatch('stop_with')(text) }}
{%- endmacro %}

{% macro default__stop_with(text) -%}
    error({{ text }})
{%- endmacro %}

{% macro spark__stop_with(text) -%}
    case when {{ text }} is not null then raise_error({{ text }}) end
{%- endmacro %}

{# Whether all of a text is of this form. Two, because the functions have other names. #}
{% macro matches(text, form) -%}
    {{ adapter.dispatch('matches')(text, form) }}
{%- endmacro %}

{% macro default__matches(text, form) -%}
    regexp_full_match({{ text }}, '{{ form }}')
{%- endmacro %}

{% macro spark__matches(text, form) -%}
    {{ text }} rlike '^({{ form }})$'
{%- endmacro %}

{# For Spark's wording of int_awards and int_settled: the names by which a prize that was won
   blocks each prize. #}
{% macro blocking_prizes() -%}
    select
        season,
        prize,
        flatten(collect_list(case applies
            when 'at once' then array(held_prize, held_prize || ' of this turn')
            else array(held_prize)
        end)) as blocking_prizes
    from {{ ref('prize_blocks') }}
    group by season, prize
{%- endmacro %}
