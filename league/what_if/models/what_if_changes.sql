-- What other rows in seeds/ would have changed: one row per season, prize and racer
-- whose award is another one than the published; a prize that one can get in every round
-- has a row per round. How two answers are compared: macros/changes_of_awards.sql.
with

before_awards as (
    select * from {{ source('published', 'awards') }}
    where scenario = 'as given'
),

before_line as (
    select * from {{ source('published', 'line') }}
),

before_blocks as (
    select * from {{ source('published', 'blocks') }}
),

after_awards as (
    select * from {{ ref('int_awards') }}
    where scenario = 'as given'
),

after_line as (
    select * from {{ ref('int_prize_lines') }}
),

after_blocks as (
    select * from {{ ref('prize_blocks') }}
),

{{ changes_of_awards() }}
