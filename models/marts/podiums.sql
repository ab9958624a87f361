-- The first three of every board that has a final ranking: one row per board and rank.
-- What they are first of is `ranking_of`; a rank is no prize, and who won one is in
-- prize_winners.
select
    races.season,
    races.round_number,
    races.round_name,
    races.race,
    races.race_name,
    leaderboard_arn,
    races.ranking_of,
    rankings.race_rank,
    rankings.user_id,
    rankings.alias,
    rankings.ranking_score_ms,
    rankings.ranking_score_ms
    - min(rankings.ranking_score_ms) over (partition by leaderboard_arn)
        as behind_first_ms
from {{ ref('race_results') }} as rankings
inner join {{ ref('races') }} as races using (leaderboard_arn)
where rankings.is_final and rankings.race_rank <= 3
order by races.season, races.last_submitted_at_utc, leaderboard_arn, rankings.race_rank
