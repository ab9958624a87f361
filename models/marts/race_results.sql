-- One row per race and racer: the final ranking of every closed race.
select
    races.season,
    rankings.*,
from {{ ref('int_rankings') }} as rankings
inner join {{ ref('races') }} as races using (leaderboard_arn)
order by leaderboard_arn, race_rank
