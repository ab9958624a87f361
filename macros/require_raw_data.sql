{# Without this, a build on a fresh clone ends in a list of missing tables. #}
{% macro require_raw_data() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test'] %}
        {% if not adapter.get_relation(target.database, 'raw', 'outcomes') %}
            {% do exceptions.raise_compiler_error(
                "There is no race data in the database yet. Run `make winners`, "
                ~ "or `python -m ingest` and then `dbt build` again."
            ) %}
        {% endif %}
        {% if target.type == 'duckdb' and not run_query(
            "select 1 from duckdb_functions() where schema_name = 'raw' and "
            ~ "function_name = 'content'"
        ).rows %}
            {% do exceptions.raise_compiler_error(
                "The race data in the database is of an earlier version of this project. "
                ~ "Run `make winners`, or `python -m ingest` and then `dbt build` again."
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
