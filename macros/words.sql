{# 1 -> 1st, 12 -> 12th, 23 -> 23rd #}
{% macro ordinal(number) -%}
    {{ thousands(number) }} || case
        when {{ number }} % 100 in (11, 12, 13) then 'th'
        when {{ number }} % 10 = 1 then 'st'
        when {{ number }} % 10 = 2 then 'nd'
        when {{ number }} % 10 = 3 then 'rd'
        else 'th'
    end
{%- endmacro %}

{# 1 car, 2 cars #}
{% macro pluralize(number, singular, plural) -%}
    {{ thousands(number) }} || ' ' || case when {{ number }} = 1 then {{ singular }} else {{ plural }} end
{%- endmacro %}
