-- An exception for a racer, prize or round that does not exist would change nothing and
-- look as if it had.
with

exceptions as (
    select
        *,
        'exceptions.csv: ' || coalesce(user_id, 'null') || ', '
        || coalesce(prize, 'null') || ' of ' || coalesce(season::varchar, 'null') || ': ' as row_,
    from {{ ref('exceptions') }}
),

problems as (
    select row_ || 'no final ranking has a racer with this user_id.' as problem
    from exceptions
    anti join {{ ref('stg_rankings') }} using (user_id)

    union all
    select row_ || 'no such prize; expected all or a prize of prizes.csv for this season.'
    from exceptions
    anti join (
        select season, prize from {{ ref('prizes') }} where evidence <> 'catalogue'
        union all
        select distinct season, 'all' from {{ ref('prizes') }}
    ) using (season, prize)

    union all
    select row_ || 'no round ' || coalesce(from_round::varchar, 'null')
        || ' in this season; expected a round_number of rounds.csv.'
    from exceptions
    anti join {{ ref('rounds') }} as rounds
        on exceptions.season = rounds.season
        and exceptions.from_round = rounds.round_number

    union all
    select row_ || 'the reason is ' || coalesce(reason, 'null')
        || '; expected ineligible or declined.'
    from exceptions
    where reason is null or reason not in ('ineligible', 'declined')

    union all
    select row_ || 'no source; expected a link to where it is said.'
    from exceptions
    where source is null
)

{{ say_problems() }}
