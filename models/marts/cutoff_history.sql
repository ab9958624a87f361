-- The cut-off of every month's race, hour by hour: one row per race and snapshot. Who was
-- the last to be invited to the finale, with which score, and how far behind the next in
-- line was. Seat holders of earlier rounds are out of line, as in finale_lineups. Empty
-- without history.
with

races as (
    select season, round_number, round_name, turn, leaderboard_arn, quota,
    from {{ ref('prizes') }}
    inner join {{ ref('prize_lines') }} using (season, prize)
    inner join {{ ref('round_races') }} using (season, race)
    inner join {{ ref('int_rounds') }} using (season, round_number)
    where kind = 'invitation'
),

seat_holders as (
    select races.leaderboard_arn, awards.user_id,
    from races
    inner join {{ ref('int_awards') }} as awards using (season)
    where awards.prize = 'championship_seat' and awards.turn < races.turn
),

in_line as (
    select
        races.* exclude (turn),
        snapshots.snapshot_at_utc,
        stays.user_id,
        stays.alias,
        stays.ranking_score_ms,
        row_number() over (
            partition by leaderboard_arn, snapshot_no order by place
        ) as place_still_in_line,
    from races
    inner join {{ ref('int_history_stays') }} as stays using (leaderboard_arn)
    anti join seat_holders using (leaderboard_arn, user_id)
    inner join {{ ref('stg_history_snapshots') }} as snapshots
        on stays.leaderboard_arn = snapshots.leaderboard_arn
        and snapshots.snapshot_no between stays.first_snapshot and stays.last_snapshot
    qualify place_still_in_line <= quota + 1
)

select
    season,
    round_number,
    round_name,
    leaderboard_arn,
    snapshot_at_utc,
    any_value(quota) as places,
    max(user_id) filter (place_still_in_line = quota) as cutoff_user_id,
    max(alias) filter (place_still_in_line = quota) as cutoff_alias,
    max(ranking_score_ms) filter (place_still_in_line = quota) as cutoff_score_ms,
    max(user_id) filter (place_still_in_line = quota + 1) as next_user_id,
    max(alias) filter (place_still_in_line = quota + 1) as next_alias,
    max(ranking_score_ms) filter (place_still_in_line = quota + 1) as next_score_ms,
    next_score_ms - cutoff_score_ms as gap_ms,
from in_line
group by season, round_number, round_name, leaderboard_arn, snapshot_at_utc
order by season, round_number, snapshot_at_utc
