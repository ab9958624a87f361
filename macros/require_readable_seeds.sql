{#
Refuses a file of seeds/ that is not what _seeds.yml says it is: a CSV file with these columns, each
cell of its column's type. dbt's own loading would stop in a traceback, or change a cell without
a word: `0.5` of an integer becomes 1. Whether the rows make sense is a data test
(tests/dbt/seeds_make_sense.sql).
#}
{% macro require_readable_seeds() %}
    {% if execute and target.type == 'duckdb' and flags.WHICH in ['build', 'seed'] %}
        {% set seeds = [] %}
        {% set problems = [] %}
        {% for node in graph.nodes.values()
            if node.resource_type == 'seed' and node.package_name == project_name %}
            {% do (seeds if node.columns else problems).append(node) %}
        {% endfor %}
        {% if problems %}
            {% do exceptions.raise_compiler_error(
                problems | map(attribute='original_file_path') | sort | join(", ")
                ~ ": expected only the files " ~ seeds | map(attribute='path') | sort | join(", ")
                ~ "."
            ) %}
        {% endif %}
        {% do refuse_problems(lines_that_are_no_rows(seeds)) %}
        {% do refuse_problems(cells_of_another_type(seeds)) %}
    {% endif %}
{% endmacro %}

{# Where a seed lies. dbt notes the folder when it parses, and would go on reading there after
   the project has moved. #}
{% macro seed_path(seed) -%}
    {%- set project = env_var('DBT_PROJECT_DIR', '') -%}
    {%- set is_ours = seed.package_name == project_name and project.startswith('/') -%}
    {{- return((project if is_ours else seed.root_path) ~ '/' ~ seed.original_file_path) -}}
{%- endmacro %}

{# The same for functions that take patterns: `*`, `?` and `[` stand for themselves. #}
{% macro seed_file(seed) -%}
    {{- return(sql_text(modules.re.sub('[*?[]', '[\\g<0>]', seed_path(seed)))) -}}
{%- endmacro %}

{# Both queries give rows of file, line, and what is wrong there. #}
{% macro refuse_problems(query) %}
    {% set found = run_query(query ~ " order by file, line") %}
    {% if found.rows %}
        {% set sentences = [] %}
        {% for file, line, problem in found.rows[:20] %}
            {% do sentences.append(file ~ ", line " ~ line ~ ": " ~ problem) %}
        {% endfor %}
        {% if found.rows | length > 20 %}
            {% do sentences.append("… and " ~ (found.rows | length - 20) ~ " more.") %}
        {% endif %}
        {% do exceptions.raise_compiler_error(sentences | join("\n")) %}
    {% endif %}
{% endmacro %}

{% macro sql_text(text) -%}
    '{{ text | replace("'", "''") }}'
{%- endmacro %}

{% macro lines_that_are_no_rows(seeds) %}
    with

    files as (
        {%- for seed in seeds %}
        select
            {{ sql_text(seed.original_file_path) }} as file,
            {{ sql_text(seed.config.column_types | join(',')) }} as columns,
            content
        from read_text({{ seed_file(seed) }})
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    texts as (
        select
            file,
            columns,
            regexp_split_to_array(
                regexp_replace(trim(content, chr(65279)), '\r?\n$', ''), '\r?\n'
            ) as lines
        from files
    ),

    lines as (
        select
            file,
            columns,
            unnest(lines) as text,
            generate_subscripts(lines, 1) as line
        from texts
    ),

    counted as (
        select
            *,
            length(text) - length(replace(text, '"', '')) as quotation_marks,
            length(regexp_replace(regexp_replace(text, '"[^"]*"', '', 'g'), '[^,]', '', 'g'))
                + 1 as cells,
            len(string_split(columns, ',')) as expected_cells
        from lines
    ),

    judged as (
        select
            file,
            line,
            case
                when line = 1 and list_sort(string_split(replace(text, '"', ''), ','))
                    = list_sort(string_split(columns, ',')) then null
                when line = 1 then
                    'expected the columns ' || columns || '; found '
                    || coalesce(nullif(text, ''), 'nothing') || '.'
                    || case when cells = 1 then ' Save it with commas between the cells.'
                    else '' end
                when regexp_full_match(text, '[\s,]*') then 'is blank; delete the line.'
                when quotation_marks % 2 = 1 then 'a quotation mark has no other.'
                -- as _CONTROL in league/text.py: control codes, line ends, reordering marks
                when regexp_matches(
                    text, '[\p{Cc}\x{2028}\x{2029}\x{202a}-\x{202e}\x{2066}-\x{2069}]'
                ) then
                    'has a control character; delete it.'
                when cells != expected_cells then
                    'expected ' || expected_cells || ' cells, found ' || cells
                    || '; a text with a comma in it stands in quotation marks.'
            end as problem
        from counted
    )

    select file, line, problem from judged where problem is not null
{% endmacro %}

{% macro cells_of_another_type(seeds) %}
    with

    cells as (
        {%- for seed in seeds %}
        select
            {{ sql_text(seed.original_file_path) }} as file,
            line,
            column_name,
            cell,
            map {{ seed.config.column_types }}[column_name] as type
        from (
            unpivot (
                select row_number() over () + 1 as line, *
                from read_csv(
                    {{ seed_file(seed) }},
                    all_varchar = true, header = true, skip = 0, delim = ',', quote = '"',
                    escape = '"', comment = '', nullstr = '', strict_mode = true,
                    parallel = false, hive_partitioning = false
                )
            )
            on * exclude (line)
            into name column_name value cell
        )
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    judged as (
        select
            *,
            case
                when regexp_matches(cell, '^[\s\p{Z}]|[\s\p{Z}]$') then
                    'delete the space around it'
                when type = 'integer' and not regexp_full_match(cell, '-?[0-9]{1,9}') then
                    'expected a whole number'
                    || case when regexp_full_match(cell, '[0-9]{4}[-/–][0-9]{2,4}') then
                        ': a season over two years is named by the one it ends in'
                    else '' end
                when type = 'date'
                    and (
                        not regexp_full_match(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}')
                        or try_cast(cell as date) is null
                    ) then
                    'expected a day like 2021-11-16'
                when type like 'decimal%'
                    and not regexp_full_match(cell, '-?[0-9]{1,3}(\.[0-9]{1,6})?') then
                    'expected a number with at most six decimals'
            end as problem
        from cells
    )

    select file, line, column_name || ' is "' || cell || '"; ' || problem || '.' as problem
    from judged
    where problem is not null
{% endmacro %}
