-- What the rows of seeds/exceptions.csv changed: one row per season, prize and racer
-- whose award is another one than it would have been. A prize that one can get in every
-- round (a place in a finale) has a row per round. How two answers are compared:
-- macros/changes_of_awards.sql.
with

awards_without_exceptions as (
    select * from {{ ref('int_awards') }}
    where scenario = 'without exceptions'
),

line_without_exceptions as (
    select season, prize, round_number, racer_key, quota,
        cast(null as string) as exception_reason
    from {{ ref('int_prize_lines') }}
),

-- only of the seasons that have another answer
awards_with_exceptions as (
    select * from {{ ref('int_awards') }}
    semi join awards_without_exceptions using (season)
    where scenario = 'as given'
),

changes as (
    {{ changes_of_awards(
        before_awards='awards_without_exceptions',
        before_line='line_without_exceptions',
        before_blocks=ref('prize_blocks'),
        after_awards='awards_with_exceptions',
        after_line=ref('int_prize_lines'),
        after_blocks=ref('prize_blocks')
    ) }}
)

select * from changes
order by
    season, prize, coalesce(round_number_before, round_number_after), change, user_id
