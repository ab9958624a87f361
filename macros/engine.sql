{# What differs most from engine to engine: times, numbers out of text, errors. The models
   themselves keep to joins, windows and DuckDB's friendly SQL (`anti join`, `qualify`,
   `using`, `filter (where)`), which Spark reads too; nothing was run on Spark yet. #}

{# Milliseconds since 1970 as text -> timestamp in UTC, without a zone. #}
{% macro utc_timestamp(milliseconds) -%}
    epoch_ms(try_cast(nullif({{ milliseconds }}, '') as double)::bigint)
{%- endmacro %}

{# Upstream writes whole numbers as `31151` in one file and `31151.0` in the next. #}
{% macro whole_number(text) -%}
    try_cast(nullif({{ text }}, '') as double)::bigint
{%- endmacro %}

{% macro decimal_number(text) -%}
    try_cast(nullif({{ text }}, '') as double)
{%- endmacro %}

{# Whole milliseconds as seconds in words, always with three decimals: 360 -> 0.360 s. #}
{% macro seconds(milliseconds) -%}
    printf('%.3f s', {{ milliseconds }} / 1000)
{%- endmacro %}

{# Whole hours from one time to a later one. #}
{% macro hours_between(first, last) -%}
    date_diff('hour', {{ first }}, {{ last }})
{%- endmacro %}

{# The texts of a group as one, in order. #}
{% macro listed(text, separator, order) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order }})
{%- endmacro %}

{# The values of a group as a list: all of them in order, or each once from the smallest on. #}
{% macro collected(value, order) -%}
    list({{ value }} order by {{ order }})
{%- endmacro %}

{% macro collected_once(value) -%}
    list_sort(list(distinct {{ value }}))
{%- endmacro %}

{% macro empty_list() -%}
    []
{%- endmacro %}

{# Stops the build; the text is what its reader sees. #}
{% macro stop_with(text) -%}
    error({{ text }})
{%- endmacro %}
