{# The rows of a seed, put into its table. #}

{# dbt-duckdb's own breaks on a folder with an apostrophe in its name, and lets DuckDB guess
   the dialect of the file. Its slow way, `fast: false`, takes a cell `null` for an empty one.
   So the dialect is written out: what Python's csv writes, an empty cell is null. #}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {% set sql %}
        copy {{ this.render() }}
        from {{ seed_file(model) }} (
            format csv, auto_detect false, header true,
            delimiter ',', quote '"', escape '"', comment '', nullstr ''
        )
    {% endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}

{# dbt-spark's own puts a cell into SQL as it is and knows no empty one: `season's points` is a
   syntax error, and an empty cell the text None. #}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = model['config']['column_types'] %}
    {% set sql %}
        insert into {{ this.render() }} values
        {%- for row in agate_table.rows %}
            ({%- for column in agate_table.column_names -%}
                cast({{ spark_literal(row[column]) }} as {{ types[column] }})
                {{- ", " if not loop.last }}
            {%- endfor -%})
            {{- "," if not loop.last }}
        {%- endfor %}
    {% endset %}
    {% if agate_table.rows %}
        {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {% endif %}
    {{ return(sql) }}
{% endmacro %}

{# A cell as Spark reads it: there a backslash takes the next letter for something else. #}
{% macro spark_literal(cell) -%}
    {%- if cell is none -%} null
    {%- else -%} '{{ cell | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}
