-- What one row of a published table is, where a primary key cannot say it because a
-- column may be null: a column with `?`; two nulls are two things. With `where`, of
-- those rows only. The other keys are constraints of the contracts, in the YAML beside
-- each model, and what stands in races and racers is a test of its column there.
{% set keys = {
    'prize_decisions': [
        'season, prize, round_number, user_id?',
        'season, prize, round_number, award_number?'
    ],
    'prize_changes': [
        'season, prize, user_id, round_number_before?',
        'season, prize, user_id, round_number_after?'
    ],
    'finale_attendance': ['season, prize, round_number, user_id?'],
    'race_results': [
        'leaderboard_arn, race_rank where is_final', 'leaderboard_arn, user_id?'
    ]
} %}
with

problems as (
{%- for table, ways in keys.items() %}
    {%- set last_table = loop.last %}
    {%- for way in ways %}
    {%- set key, _, where = way.partition(' where ') %}
    {%- set columns = key.split(', ') %}
    select '{{ table }}: ' || count(*) || ' rows are one by {{ way }}.' as problem
    from {{ ref(table) }}
    where {{ where or 'true' }}
        {%- for column in columns if '?' in column %}
        and {{ column[:-1] }} is not null
        {%- endfor %}
    group by {{ key.replace('?', '') }}
    having count(*) > 1
    union all
    select '{{ table }}: a column of {{ way }} is null in ' || count(*) || ' rows.'
    from {{ ref(table) }}
    where false
        {%- for column in columns if '?' not in column %}
        or {{ column }} is null
        {%- endfor %}
    having count(*) > 0
    {{ 'union all' if not (last_table and loop.last) }}
    {%- endfor %}
{%- endfor %}
)

{{ say_problems() }}
