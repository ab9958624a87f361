-- A file in quarantine is missing from the rankings. Where a prize draws on it, whoever
-- is named a winner may be the wrong one, and no answer is better.
with

problems as (
    select
        file || ' is in quarantine (expected ' || expected || ', found ' || found
        || ' at ' || place || ') and decides a prize of ' || season || '.' as problem
    from {{ ref('stg_outcomes') }}
    inner join {{ ref('round_races') }} using (leaderboard_arn)
    semi join {{ ref('prize_lines') }} as prize_lines using (season, race)
    where outcome = 'quarantined'
)

{{ say_problems() }}
