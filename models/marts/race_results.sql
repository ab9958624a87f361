-- One row per race and racer: the final ranking of every closed race, and looking back the
-- standings of those that were running.
select
    races.season,
    races.round_name,
    rankings.leaderboard_arn,
    rankings.user_id,
    rankings.race_rank,
    rankings.alias,
    rankings.team_name,
    rankings.ranking_score_ms,
    rankings.average_lap_ms,
    rankings.best_lap_ms,
    rankings.total_time_ms,
    rankings.laps,
    rankings.average_resets,
    rankings.collisions,
    rankings.off_tracks,
    rankings.resets,
    rankings.submissions,
    rankings.submitted_at_utc,
    rankings.is_final
from {{ ref('int_rankings') }} as rankings
inner join {{ ref('races') }} as races using (leaderboard_arn)
order by leaderboard_arn, race_rank
