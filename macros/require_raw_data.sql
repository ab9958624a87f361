{# Without this, a build on a fresh clone ends in a list of missing tables. #}
{% macro require_raw_data() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test'] %}
        {% set database = target.path or 'the database' %}
        {% set ways = "Run `make winners`, or `python -m ingest` and then `dbt build`, both with "
            ~ "the same LEAGUE_DATA." %}
        {% if not adapter.get_relation(target.database, 'raw', 'outcomes') %}
            {% do exceptions.raise_compiler_error(
                "There is no race data in " ~ database ~ " yet. " ~ ways
            ) %}
        {% endif %}
        {% do require_seeds_of_the_data(database) %}
    {% endif %}
{% endmacro %}

{# A dbt of one's own reads the seeds of its project, also where the data was loaded for others:
   for those of `make demo` or SEEDS=, which no winner of these may replace. #}
{% macro require_seeds_of_the_data(database) %}
    {% if target.type == 'duckdb' and env_var('LEAGUE_FINGERPRINT', 'none') == 'none' %}
        {% set loaded_for = run_query("select max(seeds) from raw.source").rows[0][0] %}
        {% for node in graph.nodes.values()
            if node.resource_type == 'seed' and node.package_name == project_name
            and loaded_for and not seed_path(node).startswith(loaded_for) %}
            {% do exceptions.raise_compiler_error(
                "The race data in " ~ database ~ " was loaded for the rows in " ~ loaded_for
                ~ ", and this build would read " ~ seed_path(node)
                ~ ". Run `python -m league winners` with --seeds, --source and --data (or make "
                ~ "with SEEDS=, SOURCE= and DATA=), or load what these rows need: "
                ~ "`python -m ingest`."
            ) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
