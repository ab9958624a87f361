{#
Whether a database is a complete build that passed: the one row of build.proof, which
publish/proof.py reads. A build removes it at its start and writes it at its end, so a build
that was killed has none. Only nodes of this project count. DuckDB only: nothing else is
published.
#}
{% macro begin_proof() %}
    {% if execute and target.type == 'duckdb' and flags.WHICH in ['build', 'run', 'seed'] %}
        {# dbt rolls back what is done before the first model, so this is committed here. The
           query has dbt open the transaction, where nothing has done so yet. #}
        {% call statement(auto_begin=true) %} select 1 {% endcall %}
        create schema if not exists build;
        create or replace table build.proof (
            build_id varchar, built_at_utc timestamp, content varchar, not_passed varchar,
            -- The rest is not published: rules, code, source and ref; what was published.
            fingerprint varchar, published varchar
        );
        commit;
        begin transaction
    {% endif %}
{% endmacro %}

{# `SOURCE_DATE_EPOCH` gives the moment to those who want the same bytes again
   (reproducible-builds.org). #}
{% macro end_proof(results) %}
    {% if execute and target.type == 'duckdb' and flags.WHICH in ['build', 'run', 'seed'] %}
        {% set moment = env_var('SOURCE_DATE_EPOCH', '') %}
        {% set fingerprint = env_var('LEAGUE_FINGERPRINT', '') %}
        insert into build.proof
        select
            left(md5(concat_ws(' ', {{ build_code(results) }}, raw.content())), 16),
            {{ "make_timestamp(" ~ moment | int ~ "::bigint * 1000000)" if moment
                else "date_trunc('second', timezone('UTC', now()))" }},
            raw.content(),
            '{{ what_did_not_pass(results) }}',
            {{ "concat_ws(' ', '" ~ fingerprint ~ "', source, ref)" if fingerprint else "''" }},
            ''
        from raw.source
    {% endif %}
{% endmacro %}

{# The compiled SQL of all models and tests as one number, and one of the rows of each seed. #}
{% macro build_code(results) %}
    {%- set code, seeds = [], [] -%}
    {%- for result in results if result.node.package_name == project_name -%}
        {%- set node = result.node -%}
        {%- if node.resource_type == 'seed' and result.status == 'success' -%}
            {%- do seeds.append(
                "(select sum(md5_number_lower(" ~ node.alias ~ "::varchar)) from "
                ~ node.relation_name ~ ")"
            ) -%}
        {%- elif node.resource_type in ['model', 'test'] -%}
            {%- do code.append(node.unique_id ~ node.compiled_code) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return((["'" ~ local_md5(code | sort | join) ~ "'"] + seeds | sort) | join(', ')) -}}
{% endmacro %}

{# `2 of 40 did not: this_test (fail), that_model (not run)`, or which option left rows out;
   empty where all passed. #}
{% macro what_did_not_pass(results) %}
    {%- for name in ['empty', 'sample', 'event_time_start', 'event_time_end']
        if flags[name | upper] or invocation_args_dict.get(name) -%}
        {{- return('rows were left out by --' ~ name | replace('_', '-')) -}}
    {%- endfor -%}
    {%- set status = {} -%}
    {%- for result in results -%}
        {%- do status.update({result.node.unique_id: result.status | string}) -%}
    {%- endfor -%}
    {%- set failed, left_out = [], [] -%}
    {%- set wanted = graph.nodes.values() | selectattr('package_name', 'equalto', project_name)
        | selectattr('resource_type', 'in', ['model', 'seed', 'test']) | list -%}
    {%- for node in wanted if status.get(node.unique_id) not in ['success', 'pass'] -%}
        {#- What failed comes before what was left out because of it. -#}
        {%- set became = status.get(node.unique_id, 'not run') -%}
        {%- do (left_out if became in ['skipped', 'not run'] else failed).append(
            node.unique_id.split('.')[2] ~ ' (' ~ became ~ ')'
        ) -%}
    {%- endfor -%}
    {%- set all = failed | sort + left_out | sort -%}
    {{- return(
        all | length ~ ' of ' ~ wanted | length ~ ' did not: ' ~ all[:5] | join(', ')
        ~ (' …' if all | length > 5 else '') if all else ''
    ) -}}
{% endmacro %}
