{# Builds only from rows of seeds/ that `python -m ingest` has checked: a row that fits nothing
   would lose winners without a word. What was checked stands in raw.seeds. #}
{% macro require_checked_seeds() %}
    {% if execute and flags.WHICH in ['build', 'run', 'seed'] %}
        {% set checked = {} %}
        {% if adapter.get_relation(target.database, 'raw', 'seeds') %}
            {% for row in run_query('select seed, sha256 from raw.seeds') %}
                {% do checked.update({row[0]: row[1]}) %}
            {% endfor %}
        {% endif %}
        {% set others = [] %}
        {% for node in graph.nodes.values()
            if node.resource_type == 'seed' and node.package_name == project_name %}
            {% if checked.get(node.name) != checksum_of(node) %}
                {% do others.append(node.original_file_path) %}
            {% endif %}
        {% endfor %}
        {% if others %}
            {% do exceptions.raise_compiler_error(
                "Not checked yet, or changed since: " ~ others | sort | join(", ")
                ~ ". Run `make winners`; or `python -m ingest.seeds`, which says in a moment "
                ~ "whether the rows fit together, and then `dbt build` again."
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}

{# The sha256 of a seed's text. Of a file over 1 MiB dbt notes only the path. #}
{% macro checksum_of(seed) %}
    {%- if seed.checksum.name != 'path' or target.type != 'duckdb' -%}
        {{- return(seed.checksum.checksum) -}}
    {%- endif -%}
    {%- set text = run_query(
        "select sha256(regexp_replace(content, '^\\s+|\\s+$', '', 'g')) from read_text('"
        ~ adapter.get_seed_file_path(seed) | replace("'", "''") ~ "')"
    ) -%}
    {{- return(text.rows[0][0]) -}}
{% endmacro %}
