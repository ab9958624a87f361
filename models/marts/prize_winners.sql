-- Every prize of every season: who won it, in which round, by which result.
-- How a prize is given: docs/rules and macros/award_in_turns.sql.
select
    season,
    round_number,
    round_name,
    prize,
    award_number::integer as award_number,
    user_id,
    alias,
    race,
    race_rank,
    leaderboard_arn,
    evidence,
    not is_settled as is_provisional,
from {{ ref('int_awards') }}
where kind = 'prize'
order by season, round_number, prize, award_number
