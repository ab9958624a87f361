-- One row per race and racer: the final ranking of every closed race, and looking back
-- the standings of those that were running.
select
    races.season,
    races.round_name,
    rankings.leaderboard_arn,
    rankings.user_id,
    rankings.race_rank,
    rankings.alias,
    {{ result_columns('rankings') }},
    rankings.is_final
from {{ ref('int_rankings') }} as rankings
inner join {{ ref('races') }} as races using (leaderboard_arn)
order by leaderboard_arn, race_rank
