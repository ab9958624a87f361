-- Every prize's rule is stated twice: in int_awards for all prizes at once, and in the
-- model that bears its name. Both must name the same winners, in every build.
{% set models = {
    'evo_winners': "prize = 'evo'",
    'championship_qualifiers': "prize = 'championship_seat'",
    'wildcard_qualifiers': "prize = 'wildcard_seat'"
} %}
{% set columns =
    "season, round_number, award_number, user_id, alias, race, race_rank, "
    ~ "leaderboard_arn, sentence, evidence, is_provisional"
%}
with

{% for model, which in models.items() -%}
{{ model }} as (
    select {{ columns }} from {{ ref(model) }}
),

{{ model }}_of_the_rule as (
    select {{ columns }} from {{ ref('prize_winners') }} where {{ which }}
),

{% endfor -%}
lineups as (
    select season, prize, round_number, award_number, user_id, race_rank, leaderboard_arn
    from {{ ref('finale_lineups') }}
),

lineups_of_the_rule as (
    select season, prize, round_number, award_number, user_id, race_rank, leaderboard_arn
    from {{ ref('int_awards') }}
    where kind = 'invitation' and scenario = 'as given'
),

problems as (
{%- for one, other in [
    ('evo_winners', 'evo_winners_of_the_rule'),
    ('championship_qualifiers', 'championship_qualifiers_of_the_rule'),
    ('wildcard_qualifiers', 'wildcard_qualifiers_of_the_rule'),
    ('lineups', 'lineups_of_the_rule')
] %}
    {%- for these, those in [(one, other), (other, one)] %}
    select
        '{{ these }}: ' || count(*) || ' rows are not in {{ those }}.' as problem
    from (
        select * from {{ these }}
        except all
        select * from {{ those }}
    )
    having count(*) > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
{%- endfor %}
)

{{ say_problems() }}
