{# What the rows of each file of seeds/ must fulfil stands in
   models/intermediate/int_seed_problems.sql; here it becomes SQL. #}

{# A row as a person finds it again: the file, and the cells that name the row. #}
{% macro seed_row(seed, checks) -%}
    '{{ seed }}.csv, ' || concat_ws(', '
    {%- for column in checks[seed].found_by -%}
        , cast(checked.{{ column }} as string)
    {%- endfor -%}
    )
{%- endmacro %}

{# Selects that give a sentence for every row of the seed that does not fulfil its checks: the
   file, the row, what was found and what was expected. #}
{% macro seed_problems(seed, checks) %}
    {%- set row, found = seed_row(seed, checks), checks[seed] %}
    select {{ row }} || ': '
        || concat_ws(' and '
        {%- for column in found.filled -%}
            , case when {{ column }} is null then '{{ column }}' end
        {%- endfor -%}
        ) || ' is empty; expected a value.' as problem
    from {{ ref(seed) }} as checked
    where {{ found.filled | join(' is null or ') }} is null
    {%- set expected = dict(found.expected or {}) %}
    {%- for column, words in (found.one_of or {}).items() %}
        {%- set in_words = column ~ " in ('" ~ words | join("', '") ~ "')" %}
        {%- do expected.update({column: (in_words, words | join(' or '))}) %}
    {%- endfor %}
    {%- for column, (condition, words) in expected.items() %}
    union all
    select {{ row }} || ': {{ column }} is "' || {{ column }} || '"; expected {{ words }}.'
    from {{ ref(seed) }} as checked
    where not ({{ condition }})
    {%- endfor %}
    {%- for columns in found.once or [] %}
    union all
    select '{{ seed }}.csv: '
        {%- for column in columns %}
        || '{{ column }} "' || {{ column }} || '"{{ " and " if not loop.last }}'
        {%- endfor %}
        || ' {{ "stands" if columns | length == 1 else "stand together" }} in ' || count(*)
        || ' rows; expected once.'
    from {{ ref(seed) }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
    {%- endfor %}
    {%- for column, places in found.known or [] %}
    union all
    {{ unknown_cells(
        seed, row, column, places, (found.also or {}).get(column, []), found.hint or ''
    ) }}
    {%- endfor %}
{% endmacro %}

{# The cells of a column that stand in none of `places` ('seed.column') and are none of `words`.
   A place counts for its own season, unless it has none. #}
{% macro unknown_cells(seed, row, column, places, words, hint) %}
    {%- set has_season = places != ['prize_names.prize'] %}
    {%- set names = [] %}
    {%- for place in places %}
        {%- set known_in, cell = place.split('.') %}
        {%- do names.append(cell ~ ' of ' ~ known_in ~ '.csv') %}
    {%- endfor %}
    select {{ row }} || ': {{ column }} is "' || {{ column }} || '"; expected a '
        || '{{ names | join(" or ") }}'
        || {{ "' for ' || season" if has_season else "''" }}
        || '{{ " (or " ~ words | join(", ") ~ ")" if words }}.{{ hint }}'
    from {{ ref(seed) }} as checked
    where {{ column }} is not null
        {%- for word in words %}
        and {{ column }} != '{{ word }}'
        {%- endfor %}
        {%- for place in places %}
        {%- set known_in, cell = place.split('.') %}
        and not exists (
            select 1 from {{ ref(known_in) }} as known
            where known.{{ cell }} = checked.{{ column }}
                {%- if has_season %} and known.season = checked.season {%- endif %}
        )
        {%- endfor %}
{% endmacro %}
