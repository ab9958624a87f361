{# The columns that a seed's file may lack (`may_be_missing` in seeds/_seeds.yml), empty: a
   league's file from before there was such a column is as good as a new one. One statement
   per column, because Spark takes no two at once. #}
{% macro add_missing_columns() -%}
    {%- if execute %}
    {%- set present = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
    {%- for column, type in model.config.column_types.items() if column not in present %}
        {%- do run_query("alter table " ~ this ~ " add column " ~ column ~ " " ~ type) -%}
    {%- endfor %}
    {%- endif %}
{%- endmacro %}
