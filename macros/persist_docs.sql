{# Writes all comments of a table or view in one statement; dbt-duckdb's own takes one statement
   per column, which is slower than loading the rows. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- set comments = [] -%}
    {%- if for_relation and config.persist_relation_docs() and model.description -%}
        {%- do comments.append((relation.type ~ ' ' ~ relation, model.description)) -%}
    {%- endif -%}
    {%- if for_columns and config.persist_column_docs() -%}
        {%- for column in model.columns.values() if column.description -%}
            {%- do comments.append(
                ('column ' ~ relation ~ '.' ~ column.name, column.description)
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if comments -%}
        {%- call statement() -%}
            {%- for what, words in comments %}
        comment on {{ what }} is {{ duckdb_escape_comment(words) }};
            {%- endfor %}
        {%- endcall -%}
    {%- endif -%}
{%- endmacro %}
