-- What the rows of seeds/exceptions.csv changed: one row per season, prize and racer
-- whose award is another one than it would have been. A prize that one can get in every
-- round (a place in a finale) has a row per round. How two answers are compared:
-- macros/changes_of_awards.sql.
with

exceptions_in_line as (
    select distinct season from {{ ref('int_prize_lines') }}
    where exception_reason is not null
),

before_awards as (
    select * from {{ ref('int_awards') }}
    where scenario = 'without exceptions'
),

before_line as (
    select season, prize, round_number, racer_key, quota,
        cast(null as string) as exception_reason
    from {{ ref('int_prize_lines') }}
),

before_blocks as (
    select * from {{ ref('prize_blocks') }}
),

after_awards as (
    select * from {{ ref('int_awards') }}
    semi join exceptions_in_line using (season)
    where scenario = 'as given'
),

after_line as (
    select * from {{ ref('int_prize_lines') }}
),

after_blocks as (
    select * from {{ ref('prize_blocks') }}
),

{{ changes_of_awards() }}
