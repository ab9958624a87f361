{# Selects of int_seed_problems: each gives a sentence for every row of a seed that it does not
   allow, which names the file, the row, what was found and what was expected. #}

{# A row as a person finds it again: the file, and the cells that name the row. #}
{% macro seed_row(seed) -%}
    {%- set named_by = {
        'league': ['name'],
        'rounds': ['season', 'round_number'],
        'round_races': ['season', 'round_number', 'race'],
        'prizes': ['season', 'prize'],
        'prize_lines': ['season', 'prize', 'line_order'],
        'prize_blocks': ['season', 'prize', 'held_prize'],
        'round_quotas': ['season', 'round_number', 'prize'],
        'prize_names': ['prize'],
        'named_winners': ['season', 'winner_alias'],
        'exceptions': ['season', 'user_id', 'prize'],
        'promotion_rules': ['season'],
        'not_computable': ['season', 'prize'],
        'winner_reports': ['season', 'prize', 'place']
    } -%}
    '{{ seed }}.csv, ' || concat_ws(', '
    {%- for column in named_by[seed] -%}
        , cast(checked.{{ column }} as string)
    {%- endfor -%}
    )
{%- endmacro %}

{% macro expect_cells(seed, columns) %}
    select {{ seed_row(seed) }} || ': '
        || concat_ws(' and '
        {%- for column in columns -%}
            , case when {{ column }} is null then '{{ column }}' end
        {%- endfor -%}
        ) || ' is empty; expected a value.' as problem
    from {{ ref(seed) }} as checked
    where {% for column in columns -%}
        {{ column }} is null {{ 'or ' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{# An empty cell is the business of expect_cells. #}
{% macro expect_that(seed, column, condition, expected) %}
    select {{ seed_row(seed) }} || ': {{ column }} is "' || {{ column }} || '"; expected '
        || '{{ expected }}.' as problem
    from {{ ref(seed) }} as checked
    where not ({{ condition }})
{% endmacro %}

{% macro expect_one_of(seed, column, words) %}
    {{ expect_that(
        seed, column, column ~ " in ('" ~ words | join("', '") ~ "')", words | join(' or ')
    ) }}
{% endmacro %}

{% macro expect_once(seed, columns, where='true', hint='') %}
    select '{{ seed }}.csv: '
        {%- for column in columns %}
        || '{{ column }} "' || {{ column }} || '"{{ " and " if not loop.last }}'
        {%- endfor %}
        || ' {{ "stands" if columns | length == 1 else "stand together" }} in ' || count(*)
        || ' rows; expected once.{{ hint }}' as problem
    from {{ ref(seed) }}
    where {{ where }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endmacro %}

{# The cell stands in one of `places`, a list of pairs of seed and column, or in `words`; of the
   same season, unless the seed has none. #}
{% macro expect_known(seed, column, places, words=[], hint='') %}
    {%- set has_season = places[0][0] != 'prize_names' %}
    {%- set names = [] %}
    {%- for place, cell in places %}{% do names.append(cell ~ ' of ' ~ place ~ '.csv') %}{% endfor %}
    select {{ seed_row(seed) }} || ': {{ column }} is "' || {{ column }} || '"; expected a '
        || '{{ names | join(" or ") }}'
        || {{ "' for ' || season" if has_season else "''" }}
        || '{{ " (or " ~ words | join(", ") ~ ")" if words }}.{{ hint }}' as problem
    from {{ ref(seed) }} as checked
    where {{ column }} is not null
        {%- for word in words %}
        and {{ column }} != '{{ word }}'
        {%- endfor %}
        {%- for place, cell in places %}
        and not exists (
            select 1 from {{ ref(place) }} as known
            where known.{{ cell }} = checked.{{ column }}
                {%- if has_season %} and known.season = checked.season {%- endif %}
        )
        {%- endfor %}
{% endmacro %}
