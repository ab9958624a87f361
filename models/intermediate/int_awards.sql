-- Who is awarded what: one row per season, prize, round and award.
-- The rule stands in macros/award_in_turns.sql; its numbers stand in seeds/.
with

line as (
    select * from {{ ref('int_prize_lines') }}
    where exception_reason is null
),

blocks as (
    select * from {{ ref('prize_blocks') }}
),

{{ award_in_turns('line', 'blocks') }}

select
    *,
    row_number() over (
        partition by season, prize, round_number
        order by place_in_line
    ) as award_number
from awards
