-- Every prize of every season: who won it, in which round, by which result.
-- How a prize is given: docs/rules and macros/award_in_turns.sql.
with

awards as (
    select * from {{ ref('int_awards') }}
    where kind = 'prize'
),

named_winners as (
    select
        season, round_number, round_name, prize, award_number, user_id,
        winner_alias as alias,
        race, race_rank, leaderboard_arn, evidence,
        true as is_settled,
    from {{ ref('int_named_winners') }}
),

winners as (
    select
        season, round_number, round_name, prize, award_number, user_id, alias,
        race, race_rank, leaderboard_arn, evidence, is_settled,
    from awards
    union all
    select * from named_winners
)

select
    * exclude (award_number, is_settled),
    award_number::integer as award_number,
    not is_settled as is_provisional,
from winners
order by season, round_number, prize, award_number
