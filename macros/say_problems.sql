{#
Ends a data test with sentences instead of a count of rows, so that whoever runs the build
reads what is wrong. Expects a CTE `problems` with one column, `problem`.
#}
{% macro say_problems() -%}
select {{ stop_with("string_agg(problem, ' | ')") }}
from (select problem from problems order by problem limit 10)
having count(*) > 0
{%- endmacro %}
