-- An exception for a racer in no ranking would change nothing and look as if it
-- had. What the other columns may say: int_seed_problems.sql.
with

problems as (
    select
        'exceptions.csv: ' || user_id || ', ' || prize || ' of ' || season
        || ': no final ranking has a racer with this user_id.' as problem
    from {{ ref('exceptions') }}
    anti join {{ ref('stg_rankings') }} using (user_id)
)

{{ say_problems() }}
