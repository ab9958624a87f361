-- What one row of each published table is, and where what it names can be looked up. A
-- column with `?` may be null; two nulls are two things. With `where`, of those rows
-- only.
{% set keys = {
    'prize_winners': ['season, prize, round_number, award_number'],
    'championship_qualifiers': ['season, round_number, award_number'],
    'wildcard_qualifiers': ['season, round_number, award_number'],
    'evo_winners': ['season, round_number, award_number'],
    'finale_lineups': ['season, prize, round_number, award_number'],
    'prize_decisions': [
        'season, prize, round_number, user_id?',
        'season, prize, round_number, award_number?'
    ],
    'prize_changes': [
        'season, prize, user_id, round_number_before?',
        'season, prize, user_id, round_number_after?'
    ],
    'reported_winners': ['season, prize, place, source'],
    'season_coverage': ['season, prize'],
    'prize_rules': ['season, prize'],
    'finale_attendance': ['season, prize, round_number, user_id?'],
    'finale_attendance_summary': ['season, prize'],
    'championship_attendance': ['season, user_id'],
    'championship_attendance_summary': ['season'],
    'promotions': ['season, round_number, user_id'],
    'promotions_summary': ['season'],
    'podiums': ['leaderboard_arn, race_rank'],
    'race_outcomes': ['leaderboard_arn, user_id'],
    'races': ['leaderboard_arn'],
    'race_results': [
        'leaderboard_arn, race_rank where is_final', 'leaderboard_arn, user_id?'
    ],
    'racers': ['user_id'],
    'alias_history': ['user_id, from_utc, alias'],
    'cutoff_history': ['prize, leaderboard_arn, snapshot_at_utc'],
    'missing_hours': ['leaderboard_arn, from_utc'],
    'board_activity': ['leaderboard_arn, day_utc']
} %}
{% set stands_in = {
    'races.leaderboard_arn': [
        'prize_winners', 'finale_lineups', 'podiums', 'race_outcomes', 'race_results',
        'cutoff_history', 'missing_hours'
    ],
    'racers.user_id': [
        'prize_winners', 'finale_lineups', 'podiums', 'race_outcomes', 'race_results',
        'finale_attendance', 'championship_attendance', 'promotions'
    ],
    'season_coverage.prize': ['prize_winners', 'finale_lineups', 'prize_decisions']
} %}
with

problems as (
{%- for table, ways in keys.items() %}{% for way in ways %}
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
    union all
{%- endfor %}{% endfor %}
{%- for place, tables in stands_in.items() %}
    {%- set there, column = place.split('.') %}{% for table in tables %}
    select
        '{{ table }}: {{ column }} ' || {{ column }}
        || ' stands in no row of {{ there }}.'
    from {{ ref(table) }}
    anti join {{ ref(there) }} using ({{ column }})
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
{%- endfor %}
    {{ 'union all' if not loop.last }}
{%- endfor %}
)

{{ say_problems() }}
