{#
Ends a data test with sentences instead of a count of rows, so that the output of a build
says what is wrong. Expects a CTE `problems` with one column, `problem`. `dbt show` lists all of
them instead: `make problems TEST=…`.
#}
{% macro say_problems() -%}
{% if flags.WHICH == 'show' -%}
select problem from problems order by problem
{%- else -%}
{# In `having`, because dbt counts the rows of a test and never looks at a column. #}
select 'problems' as found
from (select problem from problems order by problem limit 10)
having {{ stop_with("string_agg(problem, ' | ')") }} is not null
{%- endif %}
{%- endmacro %}
