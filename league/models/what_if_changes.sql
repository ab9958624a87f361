-- What other rows in seeds/ would have changed: one row per season, prize and racer
-- whose award is another one than the published; a prize that one can get in every round
-- has a row per round. How two answers are compared: macros/changes_of_awards.sql.
with

published_awards as (
    select * from {{ source('published', 'awards') }}
    where scenario = 'as given'
),

awards_by_these_rules as (
    select * from {{ ref('int_awards') }}
    where scenario = 'as given'
),

changes as (
    {{ changes_of_awards(
        before_awards='published_awards',
        before_line=source('published', 'line'),
        before_blocks=source('published', 'blocks'),
        after_awards='awards_by_these_rules',
        after_line=ref('int_prize_lines'),
        after_blocks=ref('prize_blocks')
    ) }}
)

select * from changes
order by
    season, prize, coalesce(round_number_before, round_number_after), change, user_id
