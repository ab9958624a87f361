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
        {% for node in graph.nodes.values() if node.resource_type == 'seed' %}
            {% if checked.get(node.name) != node.checksum.checksum %}
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
