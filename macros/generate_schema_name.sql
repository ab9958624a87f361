{# dbt would put `main_` before every schema name; people who type `show tables` should
   see `staging`, `intermediate` and `seeds` apart from what matters, which is in `main`. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
