-- What would have been awarded had nobody been taken out by seeds/exceptions.csv; the
-- same rule on the whole line. Only for comparison: see prize_changes.
with

line as (
    select *
    from {{ ref('int_prize_lines') }}
    semi join {{ ref('exceptions') }} using (season)
),

blocks as (
    select * from {{ ref('prize_blocks') }}
),

{{ award_in_turns('line', 'blocks') }}

select * from awards
