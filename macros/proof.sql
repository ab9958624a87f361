{#
The proof that a database was built as a whole: the one row of build.proof, which publishing
asks for. A build that starts takes it away and a build that ends writes it, so that one
which was killed has none. It says what did not pass, if anything, and from which data the
build is (`raw.content()`, made by the ingest). Only nodes of this project count, not those of
a package that somebody added. DuckDB only: nothing else is published.
#}
{% macro begin_proof() %}
    {% if execute and target.type == 'duckdb' and flags.WHICH in ['build', 'run', 'seed'] %}
        {# dbt takes back what is done before the first model, so this is committed here. The
           query has dbt open the transaction, where nothing has done so yet. #}
        {% call statement(auto_begin=true) %} select 1 {% endcall %}
        create schema if not exists build;
        create or replace table build.proof (
            build_id varchar, built_at_utc timestamp, content varchar, not_passed varchar
        );
        commit;
        begin transaction
    {% endif %}
{% endmacro %}

{% macro end_proof(results) %}
    {% if execute and target.type == 'duckdb' and flags.WHICH in ['build', 'run', 'seed'] %}
        insert into build.proof
        select
            left(md5('{{ build_code(results) }}' || raw.content()), 16) as build_id,
            {{ built_at() }} as built_at_utc,
            raw.content() as content,
            '{{ what_did_not_pass(results) }}' as not_passed
    {% endif %}
{% endmacro %}

{# Every model and test as it was compiled, and every seed, as one number. #}
{% macro build_code(results) %}
    {%- set code = [] -%}
    {%- for result in results
        if result.node.resource_type in ['model', 'seed', 'test']
        and result.node.package_name == project_name -%}
        {%- do code.append(
            result.node.unique_id
            ~ (result.node.compiled_code or graph.nodes[result.node.unique_id].checksum.checksum)
        ) -%}
    {%- endfor -%}
    {{- return(local_md5(code | sort | join(' '))) -}}
{% endmacro %}

{# `2 of 40 did not: this_test (fail), that_model (not run)`, or which option left rows out;
   empty where all passed. #}
{% macro what_did_not_pass(results) %}
    {%- set options = [] -%}
    {%- for name in ['empty', 'sample', 'event_time_start', 'event_time_end'] -%}
        {%- if flags[name | upper] or invocation_args_dict.get(name) -%}
            {%- do options.append('--' ~ name | replace('_', '-')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if options -%}
        {{- return('rows were left out by ' ~ options | join(', ')) -}}
    {%- endif -%}
    {%- set status = {} -%}
    {%- for result in results -%}
        {%- do status.update({result.node.unique_id: result.status | string}) -%}
    {%- endfor -%}
    {%- set wanted = [] -%}
    {%- set failed = [] -%}
    {%- set left_out = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type in ['model', 'seed', 'test']
        and node.package_name == project_name -%}
        {%- do wanted.append(node) -%}
        {%- set became = status.get(node.unique_id, 'not run') -%}
        {%- if became not in ['success', 'pass'] -%}
            {#- What failed comes before what was left out because of it. -#}
            {%- do (left_out if became in ['skipped', 'not run'] else failed).append(
                node.unique_id.split('.')[2] ~ ' (' ~ became ~ ')'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set all = failed | sort + left_out | sort -%}
    {%- if all -%}
        {{- return(
            all | length ~ ' of ' ~ wanted | length ~ ' did not: ' ~ all[:5] | join(', ')
            ~ (' …' if all | length > 5 else '')
        ) -}}
    {%- else -%}
        {{- return('') -}}
    {%- endif -%}
{% endmacro %}

{# Whoever wants the same bytes again gives the moment (reproducible-builds.org). #}
{% macro built_at() %}
    {%- set given = env_var('SOURCE_DATE_EPOCH', '') -%}
    {{- "make_timestamp(" ~ given | int ~ "::bigint * 1000000)" if given
        else "date_trunc('second', timezone('UTC', now()))" -}}
{% endmacro %}
